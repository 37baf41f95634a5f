{% macro implied_probability(decimal_price) -%}
    1 / nullif({{ decimal_price }}, 0)
{%- endmacro %}
