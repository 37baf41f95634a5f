{#- A top-level key of a JSON text, as text; null where it is missing -#}
{% macro json_text(json_column, key) -%}
    {{ return(adapter.dispatch('json_text')(json_column, key)) }}
{%- endmacro %}

{% macro default__json_text(json_column, key) -%}
    (cast({{ json_column }} as jsonb) ->> '{{ key }}')
{%- endmacro %}

{% macro duckdb__json_text(json_column, key) -%}
    json_extract_string({{ json_column }}, '$."{{ key }}"')
{%- endmacro %}

{#- json text in the form its engine expands fastest: Postgres parses once, DuckDB as it unnests -#}
{% macro parsed_json(json_text) -%}
    {{ return(adapter.dispatch('parsed_json')(json_text)) }}
{%- endmacro %}

{% macro default__parsed_json(json_text) -%}
    cast({{ json_text }} as jsonb)
{%- endmacro %}

{% macro duckdb__parsed_json(json_text) -%}
    {{ json_text }}
{%- endmacro %}
