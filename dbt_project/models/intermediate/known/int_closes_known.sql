{{ config(materialized='view', tags='known') }}

with

closes as (

    select * from {{ ref('int_closes') }}
    union all
    select * from {{ ref('int_closes_moved') }}

),

started as (

    select
        events.event_id,
        events.starts_at
    from {{ ref('int_events_known') }} as events
    cross join {{ ref('stg_run__clock') }} as clock
    where events.starts_at <= clock.as_of

),

-- a close is made of what came before the start, so what came later does not change it
final as (

    select closes.*
    from closes
    inner join started
        on closes.event_id = started.event_id and closes.starts_at = started.starts_at

)

select * from final
