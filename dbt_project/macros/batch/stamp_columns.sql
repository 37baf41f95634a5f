{#- what identifies a quote in a response, and its clocks -#}
{% macro stamp_columns() -%}
    response_id,
    captured_at,
    known_at,
    event_id,
    bookmaker_key,
    market_key,
    outcome_name,
    outcome_description,
    line,
    market_updated_at
{%- endmacro %}
