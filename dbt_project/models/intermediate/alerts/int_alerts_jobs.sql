{{ config(materialized='view') }}

with

rules as (

    select * from {{ ref('alert_rules') }}
    where rule_id in ('job_failing', 'daily_build_failing', 'calls_missed', 'response_set_aside')

),

clock as (

    select * from {{ ref('int_moment_monitored') }}

),

-- what was refused or still runs says nothing about whether the job works
runs as (

    select
        runs.*,
        max(case when not runs.is_failure then runs.started_at end) over (
            partition by runs.job, runs.sport_key, runs.is_daily_build
        ) as last_good_at
    from {{ ref('stg_collector__job_runs') }} as runs
    cross join clock
    where
        runs.status in ('ok', 'failed', 'died')
        and runs.started_at > clock.as_of - interval '7 days'

),

failures as (

    select
        *,
        row_number() over (
            partition by job, sport_key, is_daily_build
            order by started_at desc, job_id collate "C" desc
        ) as recency_rank
    from runs
    where is_failure and (last_good_at is null or started_at > last_good_at)

),

streaks as (

    select
        job,
        sport_key,
        is_daily_build,
        count(*) as failure_count,
        min(started_at) as first_failed_at,
        max(started_at) as last_failed_at,
        max(case when recency_rank = 1 then coalesce(error, status) end) as last_error
    from failures
    group by job, sport_key, is_daily_build

),

-- later on it is known; `odds status` goes on counting it
set_aside as (

    select quarantined.*
    from {{ ref('stg_collector__quarantined_responses') }} as quarantined
    cross join clock
    where
        quarantined.is_set_aside
        and quarantined.model is not null
        and quarantined.quarantined_at > clock.as_of - interval '1 day'

),

missed as (

    select
        runs.sport_key,
        sum(runs.missed_count) as missed_count,
        min(runs.started_at) as first_due_at,
        max(runs.ended_at) as last_over_at
    from {{ ref('stg_collector__job_runs') }} as runs
    cross join clock
    where runs.missed_count is not null and runs.ended_at > clock.as_of - interval '1 day'
    group by runs.sport_key

),

final as (

    select
        {{ alert(
            'rules.rule_id',
            "concat_ws('|', streaks.job, streaks.sport_key)",
            "case when streaks.is_daily_build then 'The daily build failed'
            else 'Job ' || concat_ws(' ', streaks.job, streaks.sport_key) || ' keeps failing' end",
            "cast(streaks.failure_count as text) || ' in a row since '
            || " ~ moment_text('streaks.first_failed_at') ~ " || '. The last one: ' || streaks.last_error",
            'streaks.last_failed_at',
            'streaks.failure_count',
            sport_key='streaks.sport_key'
        ) }}
    from streaks
    inner join rules
        on
            streaks.failure_count >= rules.threshold
            and rules.rule_id
            = case when streaks.is_daily_build then 'daily_build_failing' else 'job_failing' end
    union all
    select
        {{ alert(
            'rules.rule_id',
            'missed.sport_key',
            "'Calls missed: ' || missed.sport_key",
            "cast(missed.missed_count as text) || ' calls that were due between '
            || " ~ moment_text('missed.first_due_at') ~ " || ' and ' || " ~ moment_text('missed.last_over_at')
            ~ " || ' were never made.'",
            'missed.last_over_at',
            'missed.missed_count',
            sport_key='missed.sport_key'
        ) }}
    from missed
    inner join rules
        on rules.rule_id = 'calls_missed' and missed.missed_count >= rules.threshold
    union all
    select
        {{ alert(
            'rules.rule_id',
            'set_aside.response_id',
            "'A response was set aside: ' || substr(set_aside.response_id, 1, 12)",
            "set_aside.model || ' failed for it, and is built without it: ' || set_aside.error",
            'set_aside.quarantined_at',
            '1'
        ) }}
    from set_aside
    inner join rules
        on rules.rule_id = 'response_set_aside'

)

select * from final
