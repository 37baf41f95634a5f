{% macro expected_value(fair_probability, decimal_price) -%}
    (({{ fair_probability }}) * ({{ decimal_price }}) - 1)
{%- endmacro %}
