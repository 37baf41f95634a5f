{{ config(materialized='view') }}

with

canonical_events as (

    select * from {{ ref('int_events_canonical') }}

),

delisted_events as (

    select * from {{ ref('int_events_delisted') }}

),

{{ superseded_events() }},

final as (

    select * from superseded_events

)

select * from final
