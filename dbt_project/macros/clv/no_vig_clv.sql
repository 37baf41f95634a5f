{#- expected profit per unit staked if the fair close at the bet's own point is right -#}
{% macro no_vig_clv(decimal_price, close_fair_probability) -%}
    {{ expected_value(close_fair_probability, decimal_price) }}
{%- endmacro %}
