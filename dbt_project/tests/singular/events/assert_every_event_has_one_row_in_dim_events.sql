-- dim_events holds each event once and none besides. A row here was lost, doubled or invented by a
-- join.

select
    coalesce(events.event_id, dim_events.event_id) as event_id,
    count(dim_events.event_id) as row_count
from {{ known('int_events') }} as events
full outer join {{ ref('dim_events') }} as dim_events
    on events.event_id = dim_events.event_id
group by coalesce(events.event_id, dim_events.event_id)
having count(dim_events.event_id) != 1 or count(events.event_id) != 1
