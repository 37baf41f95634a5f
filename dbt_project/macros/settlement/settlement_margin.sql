{#-
    By how much an outcome won (negative: lost) with its own point counted in. The bet is a push at
    0, and half of it is between -0.5 and 0.5, which only quarter lines can reach. `slot` is 1 for
    the home side or Over, 2 for the away side or Under, 3 for the draw. Null where the full-game
    score does not settle the market.
-#}
{% macro settlement_margin(market_kind, slot, outcome_count, point, home_score, away_score) -%}
    {%- set home_margin = '(' ~ home_score ~ ' - ' ~ away_score ~ ')' -%}
    {%- set total = '(' ~ home_score ~ ' + ' ~ away_score ~ ')' -%}
    case
        when {{ market_kind }} = 'moneyline' and {{ slot }} = 3
            then case when {{ home_margin }} = 0 then 1 else -1 end
        when {{ market_kind }} = 'moneyline' and {{ outcome_count }} = 3 and {{ home_margin }} = 0
            then -1
        when {{ market_kind }} = 'moneyline' and {{ slot }} = 1 then {{ home_margin }}
        when {{ market_kind }} = 'moneyline' and {{ slot }} = 2 then 0 - {{ home_margin }}
        when {{ market_kind }} = 'spread' and {{ slot }} = 1 then {{ home_margin }} + {{ point }}
        when {{ market_kind }} = 'spread' and {{ slot }} = 2 then {{ point }} - {{ home_margin }}
        when {{ market_kind }} = 'total' and {{ slot }} = 1 then {{ total }} - {{ point }}
        when {{ market_kind }} = 'total' and {{ slot }} = 2 then {{ point }} - {{ total }}
    end
{%- endmacro %}
