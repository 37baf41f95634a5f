{{ config(indexes=lookup_indexes(['event_id'])) }}

with

clock as (

    select * from {{ ref('stg_run__clock') }}

),

-- a promise begins when the event is first seen, and is kept or broken once its interval is over
windows as (

    select
        events.event_id,
        events.sport_key,
        tiers.tier,
        tiers.interval_minutes,
        greatest(
            events.first_seen_at, events.starts_at - tiers.to_hours * interval '1 hour'
        ) as window_from,
        least(
            clock.as_of, events.starts_at - tiers.from_hours * interval '1 hour'
        ) as window_until
    from {{ known('int_events') }} as events
    cross join {{ ref('fetch_tiers') }} as tiers
    cross join clock

),

promises as (

    select
        *,
        cast(
            floor({{ minutes_between('window_from', 'window_until') }} / interval_minutes)
            as integer
        ) as promised_count
    from windows
    where {{ minutes_between('window_from', 'window_until') }} >= interval_minutes

),

shown as (

    select distinct
        promises.event_id,
        promises.tier,
        {{ interval_number('promises', 'snapshots.captured_at') }} as interval_number
    from promises
    inner join {{ known('int_event_snapshots') }} as snapshots
        on promises.event_id = snapshots.event_id
    where
        snapshots.is_listed
        and snapshots.is_quoting
        and snapshots.captured_at >= promises.window_from
        and snapshots.captured_at < promises.window_until

),

kept as (

    select
        {{ promise_columns('promises') }},
        promises.promised_count,
        count(case when shown.interval_number < promises.promised_count then 1 end) as held_count
    from promises
    left join shown
        on promises.event_id = shown.event_id and promises.tier = shown.tier
    group by {{ promise_columns('promises') }}, promises.promised_count

),

broken as (

    select * from kept
    where held_count < promised_count

),

-- where a promise is broken: what else came back from the sport in that interval
answers as (

    select
        sport_key,
        captured_at,
        is_complete
    from {{ known('stg_odds_api__responses') }}
    where endpoint_kind = 'odds'

),

answered as (

    select
        broken.event_id,
        broken.tier,
        {{ interval_number('broken', 'answers.captured_at') }} as interval_number,
        max(case when answers.is_complete then 1 else 0 end) as is_answered
    from broken
    inner join answers
        on broken.sport_key = answers.sport_key
    where
        answers.captured_at >= broken.window_from
        and answers.captured_at < broken.window_until
    group by broken.event_id, broken.tier, {{ interval_number('broken', 'answers.captured_at') }}

),

explained as (

    select
        broken.event_id,
        broken.tier,
        sum(answered.is_answered) as unlisted_count,
        sum(1 - answered.is_answered) as failed_count
    from broken
    inner join answered
        on
            broken.event_id = answered.event_id
            and broken.tier = answered.tier
            and broken.promised_count > answered.interval_number
    left join shown
        on
            answered.event_id = shown.event_id
            and answered.tier = shown.tier
            and answered.interval_number = shown.interval_number
    where shown.event_id is null
    group by broken.event_id, broken.tier

),

final as (

    select
        {{ promise_columns('kept') }},
        kept.promised_count,
        cast(kept.held_count as integer) as held_count,
        cast(coalesce(explained.unlisted_count, 0) as integer) as unlisted_count,
        cast(coalesce(explained.failed_count, 0) as integer) as failed_count
    from kept
    left join explained
        on kept.event_id = explained.event_id and kept.tier = explained.tier

)

select * from final
