{{ config(materialized='view') }}

with

-- the close is the mart's own: what has none there has none here
quotes as (

    select
        closes.event_id,
        closes.bookmaker_key,
        closes.market_key,
        closes.outcome_name,
        closes.outcome_description,
        closes.line,
        closes.point,
        closes.decimal_price,
        closes.captured_at,
        'close' as moment,
        events.starts_at as moment_at
    from {{ known('int_closes') }} as closes
    inner join {{ known('int_events') }} as events
        on closes.event_id = events.event_id and closes.starts_at = events.starts_at
    where closes.missing_reason is null

),

sets as (

    {{ outcome_sets_of('quotes') }}

),

final as (

    select
        {{ set_columns() }},
        moment,
        moment_at,
        captured_at
    from sets

)

select * from final
