{#- the mean of a column by `weight` over the rows that meet a condition -#}
{% macro weighted_mean(column, condition) -%}
    sum(case when {{ condition }} then weight * {{ column }} end)
    / sum(case when {{ condition }} then weight end)
{%- endmacro %}
