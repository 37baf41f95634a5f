{{
    config(
        materialized='incremental',
        tags='hot',
        indexes=lookup_indexes(['event_id'], ['starts_at'], ['sport_key', 'last_seen_at']),
        pre_hook='{{ hot_session() }}',
        post_hook='{{ statistics_after_bulk() }}',
        incremental_strategy='delete+insert',
        unique_key='event_id',
    )
}}

{%- set known_events = previous_build('int_events') %}

with

new_snapshots as (

    select * from {{ ref('int_event_snapshots') }}
    where
        is_listed
        and response_id in (
            select responses.response_id from {{ ref('int_responses_to_process') }} as responses
            where responses.is_new
        )
        and {{ within_batch('captured_at') }}

),

{{ merged_events(known_events) }},

final as (

    select * from merged_events

)

select * from final
