{#- Postgres plans the joins of a batch by its statistics: without them one response reads history -#}
{% macro gathered_statistics() -%}
    {{ return(adapter.dispatch('gathered_statistics')()) }}
{%- endmacro %}

{% macro default__gathered_statistics() -%}
    analyze {{ this }}
{%- endmacro %}

{% macro duckdb__gathered_statistics() -%}
{%- endmacro %}
