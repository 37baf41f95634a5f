with

deliveries as (

    select * from {{ ref('stg_collector__alert_deliveries') }}

),

final as (

    select
        delivery_id,
        rule_id,
        dedupe_key,
        severity,
        title,
        body,
        outcome,
        error,
        decided_at
    from deliveries

)

select * from final
