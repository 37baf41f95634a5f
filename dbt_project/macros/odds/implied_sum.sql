{% macro implied_sum(implied_1, implied_2, implied_3) -%}
    ({{ implied_1 }} + {{ implied_2 }} + coalesce({{ implied_3 }}, 0))
{%- endmacro %}
