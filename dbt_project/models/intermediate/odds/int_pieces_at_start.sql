{{ config(materialized='ephemeral') }}

with

final as (

    select distinct
        event_id,
        sport_key,
        starts_at,
        base_market_key,
        bookmaker_key,
        lane_regions
    from {{ ref('int_quotes_at_start') }}

)

select * from final
