{{ config(materialized='view') }}

with

fair as (

    select * from {{ ref('int_fair_at_moments') }}

),

final as (

    {{ prices_of_others('fair') }}

)

select * from final
