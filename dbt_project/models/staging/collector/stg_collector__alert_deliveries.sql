with

source as (

    select * from {{ source('collector', 'alert_deliveries') }}

),

renamed as (

    select

        ---------- ids
        delivery_id,
        rule_id,
        dedupe_key,

        ---------- strings
        severity,
        title,
        body,
        outcome,
        error,

        ---------- timestamps
        decided_at

    from source

)

select * from renamed
