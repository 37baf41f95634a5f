{#- what a leg of a bet in several places tells of itself -#}
{% macro leg_columns() -%}
    {{ return([
        'outcome_name',
        'point',
        'bookmaker_key',
        'market_key',
        'american_price',
        'net_decimal_price',
        'age_minutes',
    ]) }}
{%- endmacro %}
