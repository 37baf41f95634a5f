with

source as (

    select * from {{ source('collector', 'credit_reservations') }}

),

renamed as (

    select

        ---------- ids
        reservation_id,
        job_id,
        sport_key,
        event_id,

        ---------- strings
        endpoint,
        state,

        ---------- numerics
        credits_estimated,
        credits_charged,

        ---------- timestamps
        reserved_at,
        settled_at

    from source

)

select * from renamed
