{#- the median of a group -#}
{% macro middle_of(number) -%}
    percentile_cont(0.5) within group (order by {{ number }})
{%- endmacro %}
