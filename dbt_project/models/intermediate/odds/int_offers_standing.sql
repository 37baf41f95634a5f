{{ config(materialized='view') }}

with

moments as (

    select
        event_id,
        'now' as moment,
        as_of as moment_at,
        cast(null as double precision) as max_age_minutes
    from {{ ref('int_events_upcoming') }}

),

final as (

    {{ quotes_standing_at('moments', ref('fct_quote_states'), ref('fct_event_sightings')) }}

)

select * from final
