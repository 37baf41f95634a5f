with

events as (

    select * from {{ ref('int_events_labelled') }}

),

bookmakers as (

    select * from {{ ref('bookmakers') }}

),

-- a price on the other side of the book and a fantasy payout are no prices to back at
offers as (

    select
        offers.*,
        {{ net_decimal_price('offers.decimal_price', 'coalesce(bookmakers.commission_rate, 0)') }}
            as net_decimal_price
    from {{ ref('int_offers_standing') }} as offers
    left join bookmakers
        on offers.bookmaker_key = bookmakers.bookmaker_key
    where
        offers.market_key not like '%\_lay' escape '\'
        and coalesce(bookmakers.kind, 'unknown') != 'dfs'
        and {{ is_my_book('offers.bookmaker_key') }}
        and {{ is_trusted('offers') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by event_id, market_key, outcome_name, outcome_description, point
            order by net_decimal_price desc, bookmaker_key collate "C"
        ) as price_rank,
        count(*) over (
            partition by event_id, market_key, outcome_name, outcome_description, point
        ) as bookmaker_count
    from offers

),

final as (

    select
        ranked.event_id,
        ranked.market_key,
        ranked.outcome_name,
        ranked.outcome_description,
        ranked.point,
        ranked.decimal_price,
        ranked.american_price,
        ranked.net_decimal_price,
        ranked.bookmaker_key,
        cast(ranked.bookmaker_count as integer) as bookmaker_count,
        ranked.captured_at,
        {{ minutes_between('ranked.captured_at', 'ranked.moment_at') }} as age_minutes,
        {{ event_labels('events') }}
    from ranked
    left join events
        on ranked.event_id = events.event_id
    where ranked.price_rank = 1

)

select * from final
