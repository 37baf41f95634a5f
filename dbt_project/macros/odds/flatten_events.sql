{#-
    One row per event listed in a payload: `documents` is a relation with response_seq, payload and
    is_historical (an envelope around the events).
-#}
{% macro flatten_events(documents) -%}
    {{ return(adapter.dispatch('flatten_events')(documents)) }}
{%- endmacro %}

{% macro default__flatten_events(documents) -%}
    select
        response_seq,
        events.body ->> 'id' as event_id,
        events.body ->> 'sport_key' as sport_key,
        events.body ->> 'home_team' as home_team,
        events.body ->> 'away_team' as away_team,
        {{ api_timestamp("(events.body ->> 'commence_time')") }} as commence_time
    from {{ documents }} as documents
    cross join lateral jsonb_array_elements({{ events_array('documents') }}) as events (body)
{%- endmacro %}

{% macro duckdb__flatten_events(documents) -%}
    select
        response_seq,
        event.id as event_id,
        event.sport_key as sport_key,
        event.home_team as home_team,
        event.away_team as away_team,
        {{ api_timestamp("event.commence_time") }} as commence_time
    from (
        select
            response_seq,
            unnest(from_json({{ events_array('documents') }}, '[{"id": "VARCHAR",
                "sport_key": "VARCHAR", "commence_time": "VARCHAR", "home_team": "VARCHAR",
                "away_team": "VARCHAR"}]')) as event
        from {{ documents }} as documents
    ) as listed
{%- endmacro %}
