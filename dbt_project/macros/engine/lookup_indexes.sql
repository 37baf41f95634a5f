{#- indexes for point look-ups, a list of columns each; DuckDB reads by zone maps and wants none -#}
{% macro lookup_indexes() -%}
    {{ return(adapter.dispatch('lookup_indexes')(varargs)) }}
{%- endmacro %}

{% macro default__lookup_indexes(columns) -%}
    {%- set indexes = [] -%}
    {%- for names in columns -%}
        {%- do indexes.append({'columns': names}) -%}
    {%- endfor -%}
    {{ return(indexes) }}
{%- endmacro %}

{% macro duckdb__lookup_indexes(columns) -%}
    {{ return([]) }}
{%- endmacro %}
