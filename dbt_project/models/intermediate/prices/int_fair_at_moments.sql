{{
    config(
        materialized='table',
        indexes=lookup_indexes(['event_id']),
        pre_hook='{{ without_nested_loops() }}',
    )
}}

with

begun as (

    select events.*
    from {{ known('int_events') }} as events
    cross join {{ ref('stg_run__clock') }} as clock
    where events.starts_at <= clock.as_of

),

moments as (

    select
        begun.event_id,
        moments.moment,
        moments.max_age_minutes,
        begun.starts_at - moments.hours_before_start * interval '1 hour' as moment_at
    from begun
    cross join {{ ref('price_moments') }} as moments

),

-- a moment without a recent look at a price has none: an old one would be a guess
standing as (

    {{ quotes_standing_at('moments', ref('fct_quote_states'), ref('fct_event_sightings')) }}

),

-- the close is the mart's own: what has none there has none here
closing as (

    select
        closes.*,
        'close' as moment,
        closes.starts_at as moment_at
    from {{ known('int_closes') }} as closes
    inner join {{ known('int_events') }} as events
        on closes.event_id = events.event_id and closes.starts_at = events.starts_at
    where closes.missing_reason is null

),

quotes as (

    select
        {{ quote_key() }},
        moment,
        moment_at,
        point,
        decimal_price,
        captured_at
    from standing
    union all
    select
        {{ quote_key() }},
        moment,
        moment_at,
        point,
        decimal_price,
        captured_at
    from closing

),

sets as (

    {{ outcome_sets_of('quotes') }}

),

devigged_sets as (

    {{ devigged('sets') }}

),

outcomes as (

    {{ fair_outcomes('devigged_sets') }}

),

final as (

    select {{ fair_columns() }} from outcomes

)

select * from final
