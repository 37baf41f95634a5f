{#- a number to rank by: engines sum in their own order, and ties must be ties on all of them -#}
{% macro nine_digits(number) -%}
    round(cast({{ number }} as numeric(20, 12)), 9)
{%- endmacro %}
