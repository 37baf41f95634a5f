{{ config(materialized='view') }}

with

offers as (

    select * from {{ ref('int_offers_to_value') }}

),

-- lay prices are left out here: they are no prices to back at
sided as (

    {{ quotes_with_sides('offers') }}

),

ties as (

    select
        sport_key,
        multiplier > 0 as can_tie
    from {{ ref('key_numbers') }}
    where score_kind = 'margin' and score_value = 0

),

described as (

    select
        sided.*,
        events.sport_key,
        markets.market_kind,
        coalesce(books.book_group, sided.bookmaker_key) as book_group,
        {{ line_market('sided.market_key') }} as line_market_key,
        {{ score_kind('markets.market_kind', 'markets.period') }} as score_kind,
        {{ threshold('markets', 'sided.outcome_count', 'sided.set_point') }} as threshold,
        -- what a whole game never does its quarters, and corners, often do
        case
            when markets.market_kind in ('moneyline', 'spread') and markets.period = 'game'
                then coalesce(ties.can_tie, true)
            else true
        end as can_tie,
        {{ net_decimal_price('sided.decimal_price', 'coalesce(books.commission_rate, 0)') }}
            as net_decimal_price,
        {{ minutes_between('sided.captured_at', 'sided.moment_at') }} as age_minutes,
        max(sided.captured_at) over (
            partition by sided.moment, sided.event_id, {{ line_market('sided.market_key') }}
        ) as last_look_at
    from sided
    inner join {{ known('int_events') }} as events
        on sided.event_id = events.event_id
    inner join {{ ref('markets') }} as markets
        on sided.market_key = markets.market_key
    left join {{ ref('bookmakers') }} as books
        on sided.bookmaker_key = books.bookmaker_key
    left join ties
        on events.sport_key = ties.sport_key
    where
        sided.side_no <= sided.outcome_count
        and coalesce(books.kind, 'unknown') != 'dfs'
        and {{ is_my_book('sided.bookmaker_key') }}
        and (sided.moment != 'now' or {{ is_trusted('sided') }})

),

final as (

    select
        moment,
        moment_at,
        event_id,
        sport_key,
        bookmaker_key,
        book_group,
        market_key,
        line_market_key,
        market_kind,
        score_kind,
        outcome_name,
        outcome_description,
        point,
        side_no,
        outcome_count,
        threshold,
        {{ push_share('threshold', 'market_key', 'can_tie') }} as push_share,
        american_price,
        decimal_price,
        net_decimal_price,
        captured_at,
        age_minutes
    from described
    -- what only an earlier look showed is no price beside those of the last one
    where {{ seen_together('captured_at', 'last_look_at') }}

)

select * from final
