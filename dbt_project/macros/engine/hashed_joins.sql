{#-
    For the transaction of one table that joins much with much: Postgres takes null-safe conditions
    for so selective that it would rather go through one side again for every row of the other, or
    merge by the one key that has no nulls and look at all that share it.
-#}
{% macro hashed_joins() -%}
    {{ return(adapter.dispatch('hashed_joins')()) }}
{%- endmacro %}

{% macro default__hashed_joins() -%}
    {{ tuned_session() }};
    set local enable_nestloop = off
{%- endmacro %}

{% macro duckdb__hashed_joins() -%}
{%- endmacro %}
