{{ config(materialized='ephemeral') }}

with

final as (

    select
        events.event_id,
        clock.as_of
    from {{ known('int_events') }} as events
    cross join {{ ref('stg_run__clock') }} as clock
    where events.starts_at > clock.as_of

)

select * from final
