-- A result row without an event and an event without a row of that source, which could have been
-- one pair: the matching stopped a round too early. Raise `rounds` in int_results_matched.

with

taken as (

    select
        source,
        event_id,
        result_game_id
    from {{ ref('int_results_matched') }}
    where event_id is not null

)

select pairs.*
from {{ ref('int_results_paired') }} as pairs
left join taken as same_game
    on pairs.result_game_id = same_game.result_game_id
left join taken as same_event
    on
        pairs.source = same_event.source
        and pairs.event_id = same_event.event_id
where same_game.event_id is null and same_event.event_id is null
