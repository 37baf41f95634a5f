{#- a moment to the minute in words, in UTC, the same on every engine -#}
{% macro moment_text(moment) -%}
    {{ return(adapter.dispatch('moment_text')(moment)) }}
{%- endmacro %}

{% macro default__moment_text(moment) -%}
    to_char({{ moment }} at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC'
{%- endmacro %}

{% macro duckdb__moment_text(moment) -%}
    strftime({{ moment }} at time zone 'UTC', '%Y-%m-%d %H:%M') || ' UTC'
{%- endmacro %}
