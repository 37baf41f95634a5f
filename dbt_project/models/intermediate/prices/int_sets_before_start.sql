{{
    config(
        materialized='table',
        indexes=lookup_indexes(['event_id']),
        pre_hook='{{ hashed_joins() }}',
    )
}}

with

events as (

    select
        events.event_id,
        events.starts_at
    from {{ known('int_events') }} as events
    cross join {{ ref('stg_run__clock') }} as clock
    where events.starts_at <= clock.as_of

),

moments as (

    select
        events.event_id,
        moments.moment,
        moments.max_age_minutes,
        events.starts_at - moments.hours_before_start * interval '1 hour' as moment_at
    from events
    cross join {{ ref('price_moments') }} as moments

),

-- a moment without a recent look at a price has none: an old one would be a guess
quotes as (

    {{ quotes_standing_at('moments', ref('fct_quote_states'), ref('fct_event_sightings')) }}

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
