{#- one row per note on what of a payload could not be read as it stands -#}
{% macro flatten_notes(responses) -%}
    {{ return(adapter.dispatch('flatten_notes')(responses)) }}
{%- endmacro %}

{% macro default__flatten_notes(responses) -%}
    select
        responses.*,
        notes.rule as rule_id,
        notes.path,
        notes.sample as noted,
        notes.event_id,
        notes.bookmaker_key,
        notes.market_key
    from {{ responses }} as responses
    cross join lateral jsonb_to_recordset(cast(responses.reading_notes as jsonb)) as notes (
        rule text, path text, sample text, event_id text, bookmaker_key text, market_key text
    )
{%- endmacro %}

{% macro duckdb__flatten_notes(responses) -%}
    select
        *,
        note.rule as rule_id,
        note.path as path,
        note.sample as noted,
        note.event_id as event_id,
        note.bookmaker_key as bookmaker_key,
        note.market_key as market_key
    from (
        select
            *,
            unnest(from_json(reading_notes, '[{"rule": "VARCHAR", "path": "VARCHAR",
                "sample": "VARCHAR", "event_id": "VARCHAR", "bookmaker_key": "VARCHAR",
                "market_key": "VARCHAR"}]')) as note
        from {{ responses }} as responses
    ) as noted_responses
{%- endmacro %}
