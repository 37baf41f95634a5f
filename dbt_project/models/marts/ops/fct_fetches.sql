with

responses as (

    select * from {{ known('stg_odds_api__responses') }}

),

final as (

    select
        response_id,
        job_id,
        endpoint,
        sport_key,
        event_id,
        params,
        origin,
        requested_at,
        captured_at,
        status_code,
        error_code,
        credits_estimated,
        credits_charged,
        credits_remaining,
        credits_used,
        elapsed_ms,
        event_count,
        landed_at
    from responses

)

select * from final
