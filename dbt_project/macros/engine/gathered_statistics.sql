{#-
    Postgres plans by its statistics: without them one response reads all of history, and a clock of
    one row is taken for thousands.
-#}
{% macro gathered_statistics(relation=none) -%}
    {{ return(adapter.dispatch('gathered_statistics')(relation or this)) }}
{%- endmacro %}

{% macro default__gathered_statistics(relation) -%}
    analyze {{ relation }}
{%- endmacro %}

{% macro duckdb__gathered_statistics(relation) -%}
{%- endmacro %}
