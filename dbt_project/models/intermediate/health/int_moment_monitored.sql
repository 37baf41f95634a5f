{{ config(materialized='view') }}

with

built as (

    select as_of as seen_at from {{ ref('stg_run__clock') }}

),

-- a build that fails must not stop the clock by which it is missed
signs_of_life as (

    select seen_at from built
    union all
    select started_at as seen_at from {{ ref('stg_collector__job_runs') }}
    union all
    select ended_at as seen_at from {{ ref('stg_collector__job_runs') }}

),

final as (

    select max(seen_at) as as_of from signs_of_life

)

select * from final
