with

source as (

    select * from {{ source('collector', 'model_runs') }}

),

renamed as (

    select

        ---------- strings
        relation,
        build_kind,
        status,

        ---------- numerics
        seconds,
        row_count,

        ---------- booleans
        status = 'error' as is_failure,

        ---------- timestamps
        began_at

    from source

)

select * from renamed
