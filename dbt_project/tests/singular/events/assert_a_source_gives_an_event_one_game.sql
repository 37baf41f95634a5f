-- Within one source, a game has one event and an event one game. A row here means that two scores
-- were given to one event: the matching is no longer one to one.

select
    source,
    event_id,
    count(distinct result_game_id) as game_count
from {{ ref('int_results_matched') }}
where event_id is not null
group by source, event_id
having count(distinct result_game_id) > 1
