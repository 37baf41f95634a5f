{#- how much more a bet pays back than the closing price of the same outcome at the same point -#}
{% macro price_clv(decimal_price, close_decimal_price) -%}
    {{ decimal_price }} / {{ close_decimal_price }} - 1
{%- endmacro %}
