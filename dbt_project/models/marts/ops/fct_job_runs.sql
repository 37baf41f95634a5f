with

runs as (

    select * from {{ ref('stg_collector__job_runs') }}

),

final as (

    select
        job_id,
        run_id,
        sport_key,
        job,
        status,
        reason,
        error,
        credits,
        missed_count,
        {{ minutes_between('started_at', 'ended_at') }} * 60 as seconds,
        is_failure,
        is_daily_build,
        due_at,
        started_at,
        ended_at
    from runs

)

select * from final
