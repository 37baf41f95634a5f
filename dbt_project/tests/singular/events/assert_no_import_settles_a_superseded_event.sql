-- A game that went on under a new id is settled there. A row here means that an imported score was
-- given to the id that left the feed.

select matched.*
from {{ ref('int_results_matched') }} as matched
inner join {{ ref('int_events_superseded') }} as superseded
    on matched.event_id = superseded.event_id
