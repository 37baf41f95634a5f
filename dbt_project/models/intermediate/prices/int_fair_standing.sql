{{ config(materialized='view') }}

with

quotes as (

    select * from {{ ref('int_offers_to_value') }}

),

sets as (

    {{ outcome_sets_of('quotes') }}

),

devigged_sets as (

    {{ devigged('sets') }}

),

outcomes as (

    {{ fair_outcomes('devigged_sets') }}

),

final as (

    select {{ fair_columns() }} from outcomes

)

select * from final
