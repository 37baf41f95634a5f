-- Closes are written again when a start moves. A row here is a started event whose closes are of
-- another start: fct_closing_lines leaves them out.

select distinct
    closes.event_id,
    closes.starts_at as closed_for,
    events.starts_at
from {{ ref('int_closes') }} as closes
inner join {{ ref('int_events') }} as events
    on closes.event_id = events.event_id
inner join {{ ref('int_processed_responses') }} as processed
    on events.last_key = processed.sequence_key
where closes.starts_at != events.starts_at
