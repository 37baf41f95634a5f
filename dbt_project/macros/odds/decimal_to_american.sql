{#- floor(x + 0.5), since the engines' round() disagree about halves -#}
{% macro decimal_to_american(decimal_price) -%}
    cast(
        case
            when {{ decimal_price }} >= 2
                then floor(100 * ({{ decimal_price }} - 1) + cast(0.5 as double precision))
            when {{ decimal_price }} > 1
                then -floor(100 / ({{ decimal_price }} - 1) + cast(0.5 as double precision))
        end as integer
    )
{%- endmacro %}
