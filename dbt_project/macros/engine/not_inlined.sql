{#-
    Keeps a select in its own step: Postgres otherwise writes the expressions of one step into the
    next, and a chain where each step uses the last one several times grows without bound.
-#}
{% macro not_inlined() -%}
    {{ return(adapter.dispatch('not_inlined')()) }}
{%- endmacro %}

{% macro default__not_inlined() -%}
    offset 0
{%- endmacro %}

{% macro duckdb__not_inlined() -%}{%- endmacro %}
