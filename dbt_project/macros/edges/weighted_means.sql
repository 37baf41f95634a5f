{#- the mean of a column by `weight` over the rows that meet a condition -#}
{% macro weighted_mean(column, condition) -%}
    sum(case when {{ condition }} then weight * {{ column }} end)
    / sum(case when {{ condition }} then weight end)
{%- endmacro %}

{#-
    Standard error of a weighted mean, from how far the prices of default method lie from it: a price
    that weighs much and stands alone makes the mean uncertain, however many others agree.
-#}
{% macro reference_error(column, mean) -%}
    sqrt(sum(case when not is_worst_case then power(weight * ({{ column }} - {{ mean }}), 2) end))
    / sum(case when not is_worst_case then weight end)
{%- endmacro %}

{#- what one reference's own error comes to in the mean: 1 for a single one, 1 / sqrt(n) for n equal ones -#}
{% macro weight_concentration() -%}
    sqrt(sum(case when not is_worst_case then power(weight, 2) end))
    / sum(case when not is_worst_case then weight end)
{%- endmacro %}
