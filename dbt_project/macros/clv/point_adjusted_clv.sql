{#-
    Expected profit per unit staked under the closing distribution of the margin or total, read off
    at the bet's own point: what wins pay less what losses cost, pushes return the stake.
-#}
{% macro point_adjusted_clv(decimal_price, win_probability, loss_probability) -%}
    {{ win_probability }} * ({{ decimal_price }} - 1) - {{ loss_probability }}
{%- endmacro %}
