with

source as (

    select * from {{ source('collector', 'quarantined_responses') }}

),

renamed as (

    select

        ---------- ids
        response_id,

        ---------- strings
        model,
        error,

        ---------- booleans
        is_in_models,
        released_at is null as is_set_aside,

        ---------- timestamps
        quarantined_at,
        released_at

    from source

)

select * from renamed
