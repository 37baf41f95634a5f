{{ config(tags='results') }}

{#-
    Taking the best pair, then the best of what is left, and so on, takes every pair that both its
    sides like best: nothing better could come before it, since ranks are never tied. So one round
    takes all such pairs at once, and rounds equal the greedy order. A round more is needed only
    where games and ids of the same two teams interleave within hours: four are one more than a
    doubleheader with a doubled id; a test sees to it that nothing is left over.
-#}
{%- set rounds = 4 %}

with

games as (

    select * from {{ ref('int_results_canonical') }}

),

pairs as (

    select * from {{ ref('int_results_paired') }}

),

{% for round in range(1, rounds + 1) %}
ranked_{{ round }} as (

    select
        *,
        min(pair_rank) over (partition by source, event_id) as best_of_event,
        min(pair_rank) over (partition by result_game_id) as best_of_game
    from {{ 'pairs' if loop.first else 'left_' ~ (round - 1) }}

),

taken_{{ round }} as (

    select * from ranked_{{ round }}
    where pair_rank = best_of_event and pair_rank = best_of_game

),
{% if not loop.last %}
left_{{ round }} as (

    select pairs.*
    from {{ 'pairs' if loop.first else 'left_' ~ (round - 1) }} as pairs
    left join taken_{{ round }} as same_game
        on pairs.result_game_id = same_game.result_game_id
    left join taken_{{ round }} as same_event
        on pairs.source = same_event.source and pairs.event_id = same_event.event_id
    where same_game.event_id is null and same_event.event_id is null

),
{% endif %}
{%- endfor %}
taken as (

    {% for round in range(1, rounds + 1) -%}
    select
        result_game_id,
        event_id,
        event_home_team,
        minutes_apart
    from taken_{{ round }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

matched as (

    select
        games.*,
        taken.event_id,
        taken.minutes_apart,
        coalesce(games.home_team != taken.event_home_team, false) as is_swapped
    from games
    left join taken
        on games.result_game_id = taken.result_game_id

),

-- scores stand on the sides of the event
final as (

    select
        result_row_id,
        result_game_id,
        event_id,
        minutes_apart,
        source,
        status,
        {%- for suffix in ('score', 'score_regulation') %}
        case when is_swapped then away_{{ suffix }} else home_{{ suffix }} end as home_{{ suffix }},
        case when is_swapped then home_{{ suffix }} else away_{{ suffix }} end as away_{{ suffix }},
        {%- endfor %}
        is_shortened,
        is_swapped,
        is_repeated,
        landed_at
    from matched

)

select * from final
