with

source as (

    select * from {{ source('ops', 'relation_builds') }}

),

renamed as (

    select

        ---------- ids
        relation,
        load_id,
        result_load_id,

        ---------- timestamps
        built_at,
        looks_from,
        newest_landed_at,
        newest_captured_at,
        newest_result_at

    from source

)

select * from renamed
