{#-
    Settings for the transaction of one hot model. On Postgres compiling a plan costs more than running
    it here, a merge join would sort millions of rows that a hash join only walks, and no two pieces of
    JSON are alike enough to be worth remembering.
-#}
{% macro hot_session() -%}
    {{ return(adapter.dispatch('hot_session')()) }}
{%- endmacro %}

{% macro default__hot_session() -%}
    set local jit = off;
    set local enable_mergejoin = off;
    set local enable_memoize = off;
    set local work_mem = '256MB'
{%- endmacro %}

{% macro duckdb__hot_session() -%}
{%- endmacro %}

{#-
    For the transaction of one table that joins much with much: Postgres takes null-safe conditions
    for so selective that it would rather go through one side again for every row of the other, or
    merge by the one key that has no nulls and look at all that share it.
-#}
{% macro without_nested_loops() -%}
    {{ return(adapter.dispatch('without_nested_loops')()) }}
{%- endmacro %}

{% macro default__without_nested_loops() -%}
    {{ hot_session() }};
    set local enable_nestloop = off
{%- endmacro %}

{% macro duckdb__without_nested_loops() -%}
{%- endmacro %}
