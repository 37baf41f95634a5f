-- dlt shows rows before their load is complete, and staging leaves them out. A row here is of a
-- load that was overtaken: a later one is complete, so this one died half way and nobody repaired
-- it.
-- depends_on: {{ ref('int_processed_responses') }}

with

complete_loads as (

    select load_id from {{ source('raw', '_dlt_loads') }}
    where status = 0

),

newest as (

    select max(cast(load_id as double precision)) as loaded_at from complete_loads

),

final as (

    select
        api_responses.response_id,
        api_responses._dlt_load_id as load_id,
        api_responses.landed_at
    from {{ source('raw', 'api_responses') }} as api_responses
    inner join newest
        on cast(api_responses._dlt_load_id as double precision) < newest.loaded_at
    where api_responses._dlt_load_id not in (select complete_loads.load_id from complete_loads)

)

select * from final
