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
        -- the sentence that tells of missed calls begins with their number
        case
            when status = 'missed' and job = 'fetch-odds'
                then cast(split_part(error, ' ', 1) as integer)
        end as missed_count,

        ---------- booleans
        status in ('failed', 'died') as is_failure,
        job in ('build', 'test') and coalesce(reason = 'daily', false) as is_daily_build,

        ---------- timestamps
        due_at,
        started_at,
        ended_at

    from source

)

select * from renamed
