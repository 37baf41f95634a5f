with

reservations as (

    select * from {{ ref('stg_collector__credit_reservations') }}

),

final as (

    select
        reservation_id,
        job_id,
        sport_key,
        event_id,
        endpoint,
        state,
        credits_estimated,
        credits_charged,
        reserved_at,
        settled_at
    from reservations

)

select * from final
