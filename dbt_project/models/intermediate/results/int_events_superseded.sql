{{ config(materialized='view') }}

with

named_events as (

    select * from {{ ref('int_events_named') }}

),

dropped_events as (

    select * from {{ ref('int_events_dropped') }}

),

{{ superseded_events() }},

final as (

    select * from superseded_events

)

select * from final
