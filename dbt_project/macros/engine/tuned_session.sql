{#-
    Settings for the transaction of one hot model. On Postgres compiling a plan costs more than running
    it here, a merge join would sort millions of rows that a hash join only walks, and no two pieces of
    JSON are alike enough to be worth remembering.
-#}
{% macro tuned_session() -%}
    {{ return(adapter.dispatch('tuned_session')()) }}
{%- endmacro %}

{% macro default__tuned_session() -%}
    set local jit = off;
    set local enable_mergejoin = off;
    set local enable_memoize = off;
    set local work_mem = '256MB'
{%- endmacro %}

{% macro duckdb__tuned_session() -%}
{%- endmacro %}
