{{ config(materialized='ephemeral') }}

with

quotes as (

    select * from {{ ref('int_quotes_unchecked') }}

),

unknown_bookmakers as (

    select
        {{ finding(
            "'unknown_bookmaker'",
            bookmaker_key='quotes.bookmaker_key',
            sample="'quoted on ' || quotes.event_id",
            seen_at='min(quotes.valid_from)'
        ) }},
        quotes.event_id as checked_event_id
    from quotes
    left join {{ ref('bookmakers') }} as bookmakers
        on quotes.bookmaker_key = bookmakers.bookmaker_key
    where bookmakers.bookmaker_key is null
    group by quotes.event_id, quotes.bookmaker_key

),

unknown_markets as (

    select
        {{ finding(
            "'unknown_market'",
            market_key='quotes.market_key',
            sample="'quoted on ' || quotes.event_id",
            seen_at='min(quotes.valid_from)'
        ) }},
        quotes.event_id as checked_event_id
    from quotes
    left join {{ ref('markets') }} as markets
        on quotes.market_key = markets.market_key
    where markets.market_key is null
    group by quotes.event_id, quotes.market_key

),

final as (

    select * from unknown_bookmakers
    union all
    select * from unknown_markets

)

select * from final
