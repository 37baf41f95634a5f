{{ config(materialized='view') }}

with

devigged_sets as (

    {{ devigged(ref('int_sets_now')) }}

),

outcomes as (

    {{ fair_outcomes('devigged_sets') }}

),

final as (

    select {{ fair_columns() }} from outcomes

)

select * from final
