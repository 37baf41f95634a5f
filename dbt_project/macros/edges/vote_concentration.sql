{#- what one vote's own error comes to in the mean: 1 for a single vote, 1 / sqrt(n) for n equal ones -#}
{% macro vote_concentration() -%}
    sqrt(sum(case when not is_worst_case then power(weight, 2) end))
    / sum(case when not is_worst_case then weight end)
{%- endmacro %}
