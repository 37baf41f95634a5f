{{ config(materialized='view') }}

with

fair as (

    select * from {{ ref('int_fair_now') }}

),

final as (

    {{ consensus_prices('fair') }}

)

select * from final
