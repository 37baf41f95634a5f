{{
    config(
        materialized='incremental',
        tags='hot',
        indexes=lookup_indexes(['event_id'], ['starts_at'], ['sport_key', 'last_seen_at']),
        pre_hook='{{ tuned_session() }}',
        post_hook='{{ statistics_after_bulk() }}',
        incremental_strategy='delete+insert',
        unique_key='event_id',
    )
}}

{%- set known_events = earlier('int_events') %}

with

new_sightings as (

    select snapshots.*
    from {{ ref('int_event_snapshots') }} as snapshots
    inner join {{ ref('int_responses_batched') }} as responses
        on snapshots.response_id = responses.response_id
    where
        responses.is_new
        and snapshots.is_listed
        and {{ within_batch('snapshots.captured_at') }}

),

{{ merged_events(known_events) }},

final as (

    select * from merged_events

)

select * from final
