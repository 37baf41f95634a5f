{{
    config(
        materialized='incremental',
        tags='hot',
        indexes=lookup_indexes(['event_id', 'captured_at'], ['response_id']),
        pre_hook=['{{ hot_session() }}', "{{ delete_superseded('captured_at', also=new_or_delisted()) }}"],
        post_hook='{{ statistics_after_bulk() }}',
        incremental_strategy='append',
    )
}}

with

responses as (

    select * from {{ ref('int_responses_to_process') }}

),

listed as (

    select * from {{ ref('int_events_listed') }}

),

delisted as (

    select * from {{ ref('int_event_delistings') }}

),

snapshots as (

    select
        listed.*,
        true as is_listed
    from listed
    inner join responses
        on listed.response_seq = responses.response_seq
    where responses.is_new
    union all
    select
        *,
        false as is_listed
    from delisted

),

final as (

    select
        snapshots.event_id,
        responses.response_id,
        snapshots.sport_key,
        snapshots.home_team,
        snapshots.away_team,
        snapshots.is_listed,
        responses.is_quoting,
        responses.captured_at >= snapshots.commence_time as is_in_play,
        snapshots.commence_time,
        responses.captured_at,
        responses.known_at,
        responses.sequence_key
    from snapshots
    inner join responses
        on snapshots.response_seq = responses.response_seq

)

select * from final
