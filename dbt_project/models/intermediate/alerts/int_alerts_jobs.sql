{{ config(materialized='view') }}

with

rules as (

    select * from {{ ref('alert_rules') }}
    where rule_id in ('job_failing', 'daily_build_failing')

),

clock as (

    select * from {{ ref('int_moment_watched') }}

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
            and streaks.is_daily_build = (rules.rule_id = 'daily_build_failing')

)

select * from final
