{#-
    For the transaction of one table that joins much with much: Postgres takes null-safe conditions
    for so selective that it would rather go through one side again for every row of the other, or
    merge by the one key that has no nulls and look at all that share it.
-#}
{% macro hashed_joins() -%}
    {{ return(adapter.dispatch('hashed_joins')()) }}
{%- endmacro %}

{% macro default__hashed_joins() -%}
    set local enable_nestloop = off;
    set local enable_mergejoin = off;
    set local jit = off;
    set local work_mem = '256MB'
{%- endmacro %}

{% macro duckdb__hashed_joins() -%}
{%- endmacro %}
