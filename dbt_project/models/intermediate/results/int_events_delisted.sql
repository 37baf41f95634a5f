{{ config(materialized='view') }}

with

events as (

    select * from {{ known('int_events') }}

),

snapshots as (

    select * from {{ known('int_event_snapshots') }}
    where is_quoting

),

{{ delisted_events() }},

final as (

    select * from delisted_events

)

select * from final
