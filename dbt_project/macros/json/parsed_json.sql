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
