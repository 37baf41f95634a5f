{% macro devig_multiplicative(outcome) -%}
    implied_{{ outcome }} / implied_sum
{%- endmacro %}
