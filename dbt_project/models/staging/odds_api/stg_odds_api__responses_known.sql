{{ config(tags='known') }}

with

clock as (

    select as_of from {{ ref('stg_run__clock') }}

),

-- a historical call tells of a moment long before it was made
final as (

    select * from {{ ref('stg_odds_api__responses') }}
    where
        case when is_historical then requested_at else coalesce(captured_at, requested_at) end
        <= (select clock.as_of from clock)

)

select * from final
