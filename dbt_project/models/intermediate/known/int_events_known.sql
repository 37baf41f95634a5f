{{ config(materialized='view', tags='known') }}

with

clock as (

    select as_of from {{ ref('stg_run__clock') }}

),

events as (

    select * from {{ ref('int_events') }}
    where first_seen_at <= (select clock.as_of from clock)

),

seen_since as (

    select event_id from events
    where last_seen_at > (select clock.as_of from clock)

),

new_snapshots as (

    select * from {{ ref('int_event_snapshots_known') }}
    where is_listed and event_id in (select seen_since.event_id from seen_since)

),

{{ merged_events() }},

-- what nothing was seen of since is what it was
final as (

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
        believed_starts,
        is_sighted_in_play,
        scheduled_start_at,
        observed_start_at,
        starts_at
    from events
    where event_id not in (select seen_since.event_id from seen_since)
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
        believed_starts,
        is_sighted_in_play,
        scheduled_start_at,
        observed_start_at,
        starts_at
    from merged_events

)

select * from final
