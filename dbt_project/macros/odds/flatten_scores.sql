{#-
    One row per event of a `/scores` payload: `documents` is a relation with response_id,
    captured_at, known_at, payload and is_historical. Scores stay text, found by the team's name.
-#}
{% macro flatten_scores(documents) -%}
    {{ return(adapter.dispatch('flatten_scores')(documents)) }}
{%- endmacro %}

{% macro default__flatten_scores(documents) -%}
    select
        documents.response_id,
        documents.captured_at,
        documents.known_at,
        events.body ->> 'id' as event_id,
        events.body ->> 'home_team' as home_team,
        events.body ->> 'away_team' as away_team,
        coalesce(events.body ->> 'completed' = 'true', false) as is_completed,
        scores.score_count > 0 as has_scores,
        scores.home_score,
        scores.away_score,
        {{ api_timestamp("(events.body ->> 'last_update')") }} as published_at
    from {{ documents }} as documents
    cross join lateral jsonb_array_elements({{ events_array('documents') }}) as events (body)
    cross join lateral (
        select
            count(*) as score_count,
            max(score.body ->> 'score' collate "C")
                filter (where score.body ->> 'name' = events.body ->> 'home_team') as home_score,
            max(score.body ->> 'score' collate "C")
                filter (where score.body ->> 'name' = events.body ->> 'away_team') as away_score
        from jsonb_array_elements(
            coalesce(nullif(events.body -> 'scores', 'null'), '[]')
        ) as score (body)
    ) as scores
{%- endmacro %}

{% macro duckdb__flatten_scores(documents) -%}
    select
        response_id,
        captured_at,
        known_at,
        event.id as event_id,
        event.home_team as home_team,
        event.away_team as away_team,
        coalesce(event.completed, false) as is_completed,
        coalesce(len(event.scores), 0) > 0 as has_scores,
        {{ score_of('event.home_team') }} as home_score,
        {{ score_of('event.away_team') }} as away_score,
        {{ api_timestamp("event.last_update") }} as published_at
    from (
        select
            response_id,
            captured_at,
            known_at,
            unnest(from_json({{ events_array('documents') }}, '[{"id": "VARCHAR",
                "completed": "BOOLEAN", "home_team": "VARCHAR", "away_team": "VARCHAR",
                "last_update": "VARCHAR",
                "scores": [{"name": "VARCHAR", "score": "VARCHAR"}]}]')) as event
        from {{ documents }} as documents
    ) as listed
{%- endmacro %}

{#- the score of a team in an event's list, on DuckDB -#}
{% macro score_of(team_name) -%}
    list_max(list_transform(
        list_filter(event.scores, lambda score: score.name = {{ team_name }}),
        lambda score: score.score
    ))
{%- endmacro %}
