{#-
    floor(x + 0.5), since the engines' round() disagree about halves; null for a price that pays less
    than a ten-millionth, whose american price no integer holds
-#}
{% macro decimal_to_american(decimal_price) -%}
    cast(
        case
            when {{ decimal_price }} >= 2
                then floor(100 * ({{ decimal_price }} - 1) + cast(0.5 as double precision))
            when {{ decimal_price }} - 1 > cast(0.0000001 as double precision)
                then -floor(100 / ({{ decimal_price }} - 1) + cast(0.5 as double precision))
        end as integer
    )
{%- endmacro %}
