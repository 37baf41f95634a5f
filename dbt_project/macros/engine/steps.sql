{#-
    Before the bracket of a CTE: worked out once and kept. Postgres otherwise writes it into its
    only use, and where it misjudges how many rows there are, works it out again for each of them.
-#}
{% macro materialized_cte() -%}
    {{ return(adapter.dispatch('materialized_cte')()) }}
{%- endmacro %}

{% macro default__materialized_cte() -%}
    materialized
{%- endmacro %}

{% macro duckdb__materialized_cte() -%}{%- endmacro %}

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
