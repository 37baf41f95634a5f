{#- which final score settles a market: the margin, the total, or (props, halves, moneylines) none -#}
{% macro score_kind(market_kind, period) -%}
    case
        when {{ market_kind }} = 'spread' and {{ period }} = 'game' then 'margin'
        when {{ market_kind }} = 'total' and {{ period }} = 'game' then 'total'
    end
{%- endmacro %}
