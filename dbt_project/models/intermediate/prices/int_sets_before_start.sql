{{ config(materialized='table', indexes=lookup_indexes(['event_id'])) }}

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

-- a moment without a recent snapshot has no prices: an old one would be a guess
snapshots as (

    select
        moments.event_id,
        moments.moment,
        moments.moment_at,
        max(snapshots.captured_at) as captured_at
    from moments
    inner join {{ known('int_event_snapshots') }} as snapshots
        on
            moments.event_id = snapshots.event_id
            and moments.moment_at >= snapshots.captured_at
    where
        snapshots.is_listed
        and snapshots.is_quoting
        and {{ minutes_between('snapshots.captured_at', 'moments.moment_at') }}
        <= moments.max_age_minutes
    group by moments.event_id, moments.moment, moments.moment_at

),

final as (

    select
        {{ set_columns('versions') }},
        snapshots.moment,
        snapshots.moment_at,
        snapshots.captured_at
    from snapshots
    inner join {{ ref('int_set_versions') }} as versions
        on snapshots.event_id = versions.event_id
    where
        versions.valid_from <= snapshots.moment_at
        and (versions.valid_to > snapshots.moment_at or versions.valid_to is null)

)

select * from final
