with

source as (

    select * from {{ source('ops', 'run_clock') }}

)

select as_of from source
