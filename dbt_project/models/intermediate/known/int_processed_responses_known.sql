{{ config(materialized='view', tags='known') }}

with

clock as (

    select as_of from {{ ref('stg_run__clock') }}

),

final as (

    select * from {{ ref('int_processed_responses') }}
    where captured_at <= (select clock.as_of from clock)

)

select * from final
