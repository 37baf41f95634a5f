{% macro overround(implied_sum) -%}
    ({{ implied_sum }} - 1)
{%- endmacro %}
