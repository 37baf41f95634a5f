{#- the same on the scale of implied probability -#}
{% macro implied_clv(decimal_price, close_decimal_price) -%}
    {{ implied_probability(close_decimal_price) }} - {{ implied_probability(decimal_price) }}
{%- endmacro %}
