{{ config(materialized='view') }}

with

quotes as (

    select * from {{ ref('int_offers_standing') }}

),

sets as (

    {{ outcome_sets_of('quotes') }}

),

final as (

    select
        {{ set_columns() }},
        moment,
        moment_at,
        captured_at
    from sets

)

select * from final
