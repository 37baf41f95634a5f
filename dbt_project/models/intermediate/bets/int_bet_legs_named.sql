with

legs as (

    select
        *,
        {{ names_of_event('event') }} as event_names
    from {{ ref('stg_bets__legs') }}

),

-- what a book may be called; where two share a name, the one that still takes bets
book_names as (

    select
        name,
        bookmaker_key,
        rank() over (partition by name order by is_retired, source_rank) as name_rank
    from (
        select {{ name_key('bookmaker_key') }} as name, bookmaker_key, is_retired, 1 as source_rank
        from {{ ref('bookmakers') }}
        union
        select {{ name_key('title') }} as name, bookmaker_key, is_retired, 2 as source_rank
        from {{ ref('bookmakers') }}
        union
        select {{ name_key('alias') }} as name, bookmaker_key, false as is_retired, 2 as source_rank
        from {{ ref('bookmaker_aliases') }}
    ) as named

),

books as (

    select
        name,
        min(bookmaker_key) as bookmaker_key
    from book_names
    where name_rank = 1
    group by name
    having count(distinct bookmaker_key) = 1

),

market_names as (

    select {{ name_key('market_key') }} as name, market_key from {{ ref('markets') }}
    union
    select {{ name_key('title') }} as name, market_key from {{ ref('markets') }}
    union
    select {{ name_key('alias') }} as name, market_key from {{ ref('market_aliases') }}

),

markets as (

    select
        name,
        min(market_key) as market_key
    from market_names
    group by name
    having count(distinct market_key) = 1

),

sport_names as (

    select {{ name_key('sport_key') }} as name, sport_key from {{ ref('sports') }}
    union
    select {{ name_key('title') }} as name, sport_key from {{ ref('sports') }}

),

sports as (

    select
        name,
        min(sport_key) as sport_key
    from sport_names
    group by name
    having count(distinct sport_key) = 1

),

final as (

    select
        legs.bet_id || '#' || cast(legs.leg_number as text) as leg_id,
        legs.bet_id,
        legs.leg_number,
        legs.leg_count,
        legs.source,
        legs.placed_at,
        legs.bookmaker,
        books.bookmaker_key,
        legs.stake,
        legs.currency,
        legs.total_decimal_price,
        legs.is_free_bet,
        legs.status,
        legs.payout,
        legs.note,
        legs.version,
        legs.sport,
        -- a sport that nobody described may have games all the same
        coalesce(sports.sport_key, legs.sport) as sport_key,
        legs.event_id,
        legs.event,
        {{ name_key("split_part(legs.event_names, '|', 1)") }} as first_name,
        nullif({{ name_key("split_part(legs.event_names, '|', 2)") }}, '') as second_name,
        legs.game_date,
        legs.starts_at,
        legs.market,
        markets.market_key,
        legs.outcome,
        {{ name_key('legs.outcome') }} as outcome_name_key,
        legs.description,
        legs.point,
        -- of a single the price of the bet is that of its leg
        case
            when legs.leg_count = 1 then coalesce(legs.total_decimal_price, legs.decimal_price)
            else legs.decimal_price
        end as decimal_price,
        legs.decimal_price as listed_decimal_price
    from legs
    left join books
        on {{ name_key('legs.bookmaker') }} = books.name
    left join markets
        on {{ name_key('legs.market') }} = markets.name
    left join sports
        on {{ name_key('legs.sport') }} = sports.name

)

select * from final
