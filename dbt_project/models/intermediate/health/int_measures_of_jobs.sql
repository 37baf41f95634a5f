{{ config(materialized='view') }}

with

clock as (

    select as_of from {{ ref('int_moment_monitored') }}

),

jobs as (

    select
        count(*) as run_count,
        count(
            case
                when runs.is_failure and runs.started_at > clock.as_of - interval '1 day' then 1
            end
        ) as failure_count,
        coalesce(sum(
            case when runs.ended_at > clock.as_of - interval '1 day' then runs.missed_count end
        ), 0) as missed_count,
        max(case when runs.job = 'heartbeat' then runs.started_at end) as last_heartbeat_at,
        max(
            case
                when runs.job = 'build' and runs.is_daily_build and runs.status = 'ok'
                    then runs.ended_at
            end
        ) as last_full_build_at
    from {{ ref('stg_collector__job_runs') }} as runs
    cross join clock
    where runs.started_at <= clock.as_of

),

deliveries as (

    select
        count(case when deliveries.outcome = 'sent' then 1 end) as sent_count,
        count(case when deliveries.outcome in ('failed', 'given_up') then 1 end) as failed_count
    from {{ ref('stg_collector__alert_deliveries') }} as deliveries
    cross join clock
    where deliveries.decided_at > clock.as_of - interval '1 day'

),

measured as (

    select
        {{ minutes_between('jobs.last_heartbeat_at', 'clock.as_of') }} as heartbeat_minutes,
        {{ minutes_between('jobs.last_full_build_at', 'clock.as_of') }} / 60 as full_build_hours,
        case when jobs.run_count > 0 then jobs.failure_count end as failure_count,
        case when jobs.run_count > 0 then jobs.missed_count end as missed_count
    from jobs
    cross join clock

),

final as (

    select
        {{ measure(
            'last_heartbeat_age', 'heartbeat_minutes', 'minutes',
            'Since the collector last said that it is there.',
            warning='heartbeat_minutes > 15'
        ) }}
    from measured
    union all
    select
        {{ measure(
            'job_failures_24h', 'failure_count', 'runs',
            'Runs of the last 24 hours that failed or died.',
            warning='failure_count > 0'
        ) }}
    from measured
    union all
    select
        {{ measure(
            'missed_calls_24h', 'missed_count', 'calls',
            'Due calls that were never made, of the days (UTC) that reach into the last 24 hours.',
            warning='missed_count > 0'
        ) }}
    from measured
    union all
    select
        {{ measure(
            'last_full_build_age', 'full_build_hours', 'hours',
            'Since the last full build with all tests; reports are as old.',
            warning='full_build_hours > 26',
            error='full_build_hours > 50'
        ) }}
    from measured
    union all
    select
        {{ measure(
            'alerts_sent_24h', 'sent_count', 'alerts',
            'Alerts of the last 24 hours that somebody was told.'
        ) }}
    from deliveries
    union all
    select
        {{ measure(
            'alerts_failed_24h', 'failed_count', 'tries',
            'Tries of the last 24 hours to tell somebody that failed.',
            warning='failed_count > 0'
        ) }}
    from deliveries

)

select * from final
