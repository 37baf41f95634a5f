{{ config(indexes=lookup_indexes(['event_id'])) }}

with

fair as (

    select * from {{ ref('int_fair_at_moments') }}

),

final as (

    {{ consensus_prices('fair') }}

)

select * from final
