{#- what identifies a quote in a response, and its clocks -#}
{% macro stamp_columns() -%}
    response_id,
    captured_at,
    known_at,
    {{ quote_key() }},
    market_updated_at
{%- endmacro %}
