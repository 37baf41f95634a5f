{{ config(materialized='view') }}

with

offers as (

    select * from {{ ref('int_offers_to_value') }}

),

-- lay prices are left out here: they are no prices to back at
slotted as (

    {{ slotted_quotes('offers') }}

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
        slotted.*,
        events.sport_key,
        markets.market_kind,
        coalesce(books.book_group, slotted.bookmaker_key) as book_group,
        {{ line_market('slotted.market_key') }} as line_market_key,
        {{ score_kind('markets.market_kind', 'markets.period') }} as score_kind,
        {{ threshold('markets', 'slotted.outcome_count', 'slotted.set_point') }} as threshold,
        -- what a whole game never does its quarters, and corners, often do
        case
            when markets.market_kind in ('moneyline', 'spread') and markets.period = 'game'
                then coalesce(ties.can_tie, true)
            else true
        end as can_tie,
        {{ net_decimal_price('slotted.decimal_price', 'coalesce(books.commission_rate, 0)') }}
            as net_decimal_price,
        {{ minutes_between('slotted.captured_at', 'slotted.moment_at') }} as age_minutes,
        max(slotted.captured_at) over (
            partition by slotted.moment, slotted.event_id, {{ line_market('slotted.market_key') }}
        ) as last_look_at
    from slotted
    inner join {{ known('int_events') }} as events
        on slotted.event_id = events.event_id
    inner join {{ ref('markets') }} as markets
        on slotted.market_key = markets.market_key
    left join {{ ref('bookmakers') }} as books
        on slotted.bookmaker_key = books.bookmaker_key
    left join ties
        on events.sport_key = ties.sport_key
    where
        slotted.slot <= slotted.outcome_count
        and coalesce(books.kind, 'unknown') != 'dfs'
        and {{ is_my_book('slotted.bookmaker_key') }}
        and (slotted.moment != 'now' or {{ is_trusted('slotted') }})

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
        slot,
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
