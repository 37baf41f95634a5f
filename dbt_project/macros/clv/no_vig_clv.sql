{#-
    Expected profit per unit staked if the fair close at the bet's own point is right: fair prices are
    of bets that are no push, and a push wins and loses nothing.
-#}
{% macro no_vig_clv(decimal_price, close_fair_probability, push_probability) -%}
    (1 - {{ push_probability }}) * {{ expected_value(close_fair_probability, decimal_price) }}
{%- endmacro %}
