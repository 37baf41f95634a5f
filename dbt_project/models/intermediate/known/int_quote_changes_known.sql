{{ config(materialized='view', tags='known') }}

with

clock as (

    select as_of from {{ ref('stg_run__clock') }}

),

final as (

    select * from {{ ref('int_quote_changes') }}
    where valid_from <= (select clock.as_of from clock)

)

select * from final
