{{ config(indexes=lookup_indexes(['event_id'])) }}

with

sets as (

    select * from {{ ref('int_sets_before_start') }}
    union all
    select * from {{ ref('int_sets_at_close') }}

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
