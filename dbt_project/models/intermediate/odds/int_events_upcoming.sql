{{ config(materialized='ephemeral') }}

with

-- by the start believed at the moment that is looked from: whoever reads may ask for a past one
final as (

    select
        events.event_id,
        clock.as_of
    from {{ ref('int_events_known') }} as events
    cross join {{ ref('stg_run__clock') }} as clock
    where events.starts_at > clock.as_of

)

select * from final
