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

-- an event's row carries all that a later merge needs, so its history is never read again
merged as (

    select
        event_id,
        sport_key,
        home_team,
        away_team,
        sequence_key as first_key,
        captured_at as first_seen_at,
        commence_time as first_start_at,
        sequence_key as last_key,
        captured_at as last_seen_at,
        case when not is_in_play then sequence_key end as announced_key,
        case when not is_in_play then commence_time end as announced_start_at,
        case when is_in_play then sequence_key end as in_play_key,
        case when is_in_play then commence_time end as in_play_start_at,
        case when is_in_play then commence_time end as earliest_in_play_start_at
    from new_sightings
    {%- if known_events %}
    union all
    select
        event_id,
        sport_key,
        home_team,
        away_team,
        first_key,
        first_seen_at,
        first_start_at,
        last_key,
        last_seen_at,
        announced_key,
        announced_start_at,
        in_play_key,
        in_play_start_at,
        earliest_in_play_start_at
    from {{ known_events }}
    where event_id in (select new_sightings.event_id from new_sightings)
    {%- endif %}

),

ranked as (

    select
        *,
        row_number() over (partition by event_id order by first_key collate "C") as first_rank,
        row_number() over (partition by event_id order by last_key collate "C" desc) as last_rank,
        row_number() over (
            partition by event_id order by announced_key collate "C" desc nulls last
        ) as announced_rank,
        row_number() over (
            partition by event_id order by in_play_key collate "C" desc nulls last
        ) as in_play_rank
    from merged

),

starts as (

    select
        event_id,
        max(sport_key) as sport_key,
        max(case when last_rank = 1 then home_team end) as home_team,
        max(case when last_rank = 1 then away_team end) as away_team,
        max(case when first_rank = 1 then first_key end) as first_key,
        min(first_seen_at) as first_seen_at,
        max(case when first_rank = 1 then first_start_at end) as first_start_at,
        max(case when last_rank = 1 then last_key end) as last_key,
        max(last_seen_at) as last_seen_at,
        max(case when announced_rank = 1 then announced_key end) as announced_key,
        max(case when announced_rank = 1 then announced_start_at end) as announced_start_at,
        max(case when in_play_rank = 1 then in_play_key end) as in_play_key,
        max(case when in_play_rank = 1 then in_play_start_at end) as in_play_start_at,
        min(earliest_in_play_start_at) as earliest_in_play_start_at
    from ranked
    group by event_id

),

final as (

    select
        *,
        coalesce(announced_start_at, first_start_at) as scheduled_start_at,
        in_play_start_at as observed_start_at,
        least(coalesce(announced_start_at, first_start_at), earliest_in_play_start_at) as starts_at
    from starts

)

select * from final
