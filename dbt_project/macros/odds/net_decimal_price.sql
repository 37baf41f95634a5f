{% macro net_decimal_price(decimal_price, commission_rate) -%}
    (1 + ({{ decimal_price }} - 1) * (1 - ({{ commission_rate }})))
{%- endmacro %}
