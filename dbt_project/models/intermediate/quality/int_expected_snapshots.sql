{{ config(indexes=lookup_indexes(['event_id'])) }}

{%- set snapshot_minutes = minutes_between('expected.window_from', 'snapshots.captured_at') %}
{%- set snapshot_interval = 'floor(' ~ snapshot_minutes ~ ' / expected.interval_minutes)' %}
{%- set answer_minutes = minutes_between('missed.window_from', 'answers.captured_at') %}
{%- set answer_interval = 'floor(' ~ answer_minutes ~ ' / missed.interval_minutes)' %}

with

clock as (

    select * from {{ ref('stg_run__clock') }}

),

-- a tier's time begins when the event is first seen; an interval counts once it is over
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

expected as (

    select
        *,
        cast(
            floor({{ minutes_between('window_from', 'window_until') }} / interval_minutes)
            as integer
        ) as expected_count
    from windows
    where {{ minutes_between('window_from', 'window_until') }} >= interval_minutes

),

-- intervals are counted from 0
shown as (

    select distinct
        expected.event_id,
        expected.tier,
        cast({{ snapshot_interval }} as integer) as interval_number
    from expected
    inner join {{ known('int_event_snapshots') }} as snapshots
        on expected.event_id = snapshots.event_id
    where
        snapshots.is_listed
        and snapshots.is_quoting
        and snapshots.captured_at >= expected.window_from
        and snapshots.captured_at < expected.window_until
        and {{ snapshot_interval }} < expected.expected_count

),

held as (

    select
        event_id,
        tier,
        cast(count(*) as integer) as held_count
    from shown
    group by event_id, tier

),

missed as (

    select expected.*
    from expected
    left join held
        on expected.event_id = held.event_id and expected.tier = held.tier
    where coalesce(held.held_count, 0) < expected.expected_count

),

-- where a snapshot is missing: what else came back from the sport in that interval
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
        missed.event_id,
        missed.tier,
        cast({{ answer_interval }} as integer) as interval_number,
        max(case when answers.is_complete then 1 else 0 end) as is_answered
    from missed
    inner join answers
        on missed.sport_key = answers.sport_key
    where
        answers.captured_at >= missed.window_from
        and answers.captured_at < missed.window_until
        and {{ answer_interval }} < missed.expected_count
    group by missed.event_id, missed.tier, cast({{ answer_interval }} as integer)

),

explained as (

    select
        answered.event_id,
        answered.tier,
        cast(sum(answered.is_answered) as integer) as unlisted_count,
        cast(sum(1 - answered.is_answered) as integer) as failed_count
    from answered
    left join shown
        on
            answered.event_id = shown.event_id
            and answered.tier = shown.tier
            and answered.interval_number = shown.interval_number
    where shown.event_id is null
    group by answered.event_id, answered.tier

),

final as (

    select
        expected.event_id,
        expected.sport_key,
        expected.tier,
        expected.interval_minutes,
        expected.window_from,
        expected.window_until,
        expected.expected_count,
        coalesce(held.held_count, 0) as held_count,
        coalesce(explained.unlisted_count, 0) as unlisted_count,
        coalesce(explained.failed_count, 0) as failed_count
    from expected
    left join held
        on expected.event_id = held.event_id and expected.tier = held.tier
    left join explained
        on expected.event_id = explained.event_id and expected.tier = explained.tier

)

select * from final
