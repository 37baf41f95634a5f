{#-
    The moment that this session alone looks from, null where it did not say. Only what is read through
    `_known` models is as it was then: tables, and marts made for no moment, hold what came later.
-#}
{% macro session_moment() -%}
    {{ return(adapter.dispatch('session_moment')()) }}
{%- endmacro %}

{% macro default__session_moment() -%}
    cast(nullif(current_setting('odds.as_of', true), '') as timestamp with time zone)
{%- endmacro %}

{% macro duckdb__session_moment() -%}
    cast(getvariable('odds_as_of') as timestamp with time zone)
{%- endmacro %}
