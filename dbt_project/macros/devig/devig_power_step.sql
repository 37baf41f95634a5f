{#-
    Newton's next exponent, on the logarithm of the sum of the powers: a convex function, nearly a
    straight line at both ends, so that no margin throws the search off.
-#}
{% macro devig_power_step() -%}
    {%- set power_sum = '(power_1 + power_2 + coalesce(power_3, 0))' -%}
    power_exponent - ln({{ power_sum }}) * {{ power_sum }} / (
        power_1 * log_implied_1
        + power_2 * log_implied_2
        + coalesce(power_3 * log_implied_3, 0)
    )
{%- endmacro %}
