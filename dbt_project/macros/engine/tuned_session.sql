{#-
    Settings for the transaction of one hot model. On Postgres compiling a plan costs more than running
    it here, and a merge join would sort millions of rows that a hash join only walks.
-#}
{% macro tuned_session() -%}
    {{ return(adapter.dispatch('tuned_session')()) }}
{%- endmacro %}

{% macro default__tuned_session() -%}
    set local jit = off;
    set local enable_mergejoin = off;
    set local work_mem = '256MB'
{%- endmacro %}

{% macro duckdb__tuned_session() -%}
{%- endmacro %}
