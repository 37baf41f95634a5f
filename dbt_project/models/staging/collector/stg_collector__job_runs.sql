with

source as (

    select * from {{ source('collector', 'job_runs') }}

),

renamed as (

    select

        ---------- ids
        job_id,
        run_id,
        sport_key,

        ---------- strings
        job,
        status,
        reason,
        error,

        ---------- numerics
        credits,

        ---------- booleans
        status in ('failed', 'died') as is_failure,
        job = 'build' and coalesce(reason = 'daily', false) as is_daily_build,

        ---------- timestamps
        due_at,
        started_at,
        ended_at

    from source

)

select * from renamed
