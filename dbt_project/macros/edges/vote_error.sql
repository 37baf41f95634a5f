{#-
    Standard error of a weighted mean, from how far the votes of default method lie from it: a vote
    that weighs much and stands alone makes the mean uncertain, however many others agree.
-#}
{% macro vote_error(column, mean) -%}
    sqrt(sum(case when not is_worst_case then power(weight * ({{ column }} - {{ mean }}), 2) end))
    / sum(case when not is_worst_case then weight end)
{%- endmacro %}
