{#- the score above which the first outcome wins: a home side giving 3 points wins above a margin of 3 -#}
{% macro threshold(market_kind, outcome_count, set_point) -%}
    case
        when {{ market_kind }} = 'spread' then 0 - {{ set_point }}
        when {{ market_kind }} = 'moneyline' and {{ outcome_count }} = 2 then cast(0 as double precision)
        else {{ set_point }}
    end
{%- endmacro %}
