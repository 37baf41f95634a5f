{{ config(materialized='view') }}

with

rules as (

    select * from {{ ref('alert_rules') }}
    where rule_id = 'daily_digest'

),

days as (

    select
        (date_trunc('day', as_of at time zone 'UTC') - interval '1 day') at time zone 'UTC'
            as begins_at,
        date_trunc('day', as_of at time zone 'UTC') at time zone 'UTC' as ends_at
    from {{ ref('int_moment_monitored') }}

),

jobs as (

    select
        count(*) as run_count,
        count(
            case when runs.job not in ('heartbeat', 'plan') and runs.status != 'missed' then 1 end
        ) as job_count,
        coalesce(sum(runs.missed_count), 0) as missed_count,
        count(case when runs.is_failure then 1 end) as failure_count
    from {{ ref('stg_collector__job_runs') }} as runs
    inner join days
        on runs.started_at >= days.begins_at and runs.started_at < days.ends_at

),

calls as (

    select
        count(*) as call_count,
        count(case when responses.is_complete then 1 end) as good_count,
        coalesce(sum(coalesce(responses.credits_charged, responses.credits_estimated)), 0)
            as credits
    from {{ known('stg_odds_api__responses') }} as responses
    inner join days
        on responses.requested_at >= days.begins_at and responses.requested_at < days.ends_at
    where responses.origin != 'replay'

),

closed as (

    select distinct
        event_id,
        starts_at
    from {{ known('int_closes') }}
    where missing_reason is null

),

games as (

    select
        count(*) as game_count,
        count(closed.event_id) as close_count
    from {{ known('int_events') }} as events
    inner join days
        on events.starts_at >= days.begins_at and events.starts_at < days.ends_at
    left join closed
        on events.event_id = closed.event_id and events.starts_at = closed.starts_at

),

-- a warehouse filled by hand has no day to tell of
final as (

    select
        {{ alert(
            'rules.rule_id',
            moment_text('days.begins_at'),
            "'The collector on ' || left(" ~ moment_text('days.begins_at') ~ ", 10)",
            "cast(jobs.job_count as text) || ' jobs, ' || cast(jobs.failure_count as text) || ' of them failed. '
            || case when jobs.missed_count > 0 then cast(jobs.missed_count as text) || ' due calls were never made. ' else '' end
            || cast(calls.good_count as text) || ' of ' || cast(calls.call_count as text) || ' calls brought an answer, for '
            || cast(calls.credits as text) || ' credits; '
            || coalesce(cast(credits.credits_remaining as text), 'an unknown number') || ' remain this month. '
            || cast(games.game_count as text) || ' games started, ' || cast(games.close_count as text)
            || ' of them with a closing line.'",
            'days.ends_at',
            'jobs.job_count',
        ) }}
    from rules
    cross join days
    cross join jobs
    cross join calls
    cross join games
    cross join {{ ref('int_credits_projected') }} as credits
    where jobs.run_count > 0

)

select * from final
