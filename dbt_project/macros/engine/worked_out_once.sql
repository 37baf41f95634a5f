{#-
    Before the bracket of a CTE: worked out once and kept. Postgres otherwise writes it into its
    only use, and where it misjudges how many rows there are, works it out again for each of them.
-#}
{% macro worked_out_once() -%}
    {{ return(adapter.dispatch('worked_out_once')()) }}
{%- endmacro %}

{% macro default__worked_out_once() -%}
    materialized
{%- endmacro %}

{% macro duckdb__worked_out_once() -%}{%- endmacro %}
