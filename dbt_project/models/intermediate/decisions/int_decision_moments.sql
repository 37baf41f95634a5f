{{ config(materialized='table', indexes=lookup_indexes(['event_id'])) }}

with

clock as (

    select as_of from {{ ref('stg_run__clock') }}

),

moments as (

    select * from {{ ref('price_moments') }}

),

snapshots as (

    select
        event_id,
        sport_key,
        home_team,
        away_team,
        captured_at,
        commence_time,
        is_listed,
        lead(captured_at) over (
            partition by event_id
            order by sequence_key collate "C"
        ) as next_captured_at
    from {{ known('int_event_snapshots') }}

),

-- by the start as it was announced then: where it came to lie is hindsight
due as (

    select
        snapshots.event_id,
        snapshots.sport_key,
        snapshots.home_team,
        snapshots.away_team,
        moments.moment,
        moments.max_age_minutes,
        snapshots.commence_time,
        snapshots.captured_at,
        snapshots.next_captured_at,
        snapshots.commence_time - moments.hours_before_start * interval '1 hour' as decided_at
    from snapshots
    cross join moments
    where snapshots.is_listed

),

-- a game that is moved after the decision is not decided on again
ranked as (

    select
        due.*,
        row_number() over (
            partition by due.event_id, due.moment
            order by due.decided_at
        ) as decision_rank
    from due
    cross join clock
    where
        due.captured_at <= due.decided_at
        and (due.next_captured_at > due.decided_at or due.next_captured_at is null)
        and due.decided_at <= clock.as_of

),

final as (

    select
        event_id,
        sport_key,
        home_team,
        away_team,
        moment,
        max_age_minutes,
        decided_at,
        commence_time
    from ranked
    where decision_rank = 1

)

select * from final
