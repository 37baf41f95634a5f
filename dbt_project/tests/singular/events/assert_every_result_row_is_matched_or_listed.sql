-- What does not match is listed, never dropped: each imported game either has an event or stands
-- in rpt_unmatched_results. A row here got lost, or stands in both.

with

games as (

    select
        result_row_id,
        result_game_id
    from {{ ref('int_results_canonical') }}
    where is_latest or is_contradicted

),

matched as (

    select result_game_id from {{ ref('int_results_matched') }}
    where event_id is not null
    group by result_game_id

)

select games.*
from games
left join matched
    on games.result_game_id = matched.result_game_id
left join {{ ref('rpt_unmatched_results') }} as listed
    on games.result_row_id = listed.unmatched_id
where (matched.result_game_id is null) = (listed.unmatched_id is null)
