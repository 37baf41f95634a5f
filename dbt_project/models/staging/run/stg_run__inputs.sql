with

source as (

    select * from {{ source('ops', 'run_inputs') }}

),

renamed as (

    select

        ---------- ids
        load_id,
        result_load_id,

        ---------- timestamps
        began_at,
        looks_from,
        newest_landed_at,
        newest_captured_at,
        newest_result_at

    from source

)

select * from renamed
