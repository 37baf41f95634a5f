{#- how much more a bet pays back than the closing price of the same outcome at the same point -#}
{% macro price_clv(decimal_price, close_decimal_price) -%}
    {{ decimal_price }} / {{ close_decimal_price }} - 1
{%- endmacro %}

{#- the same on the scale of implied probability -#}
{% macro implied_clv(decimal_price, close_decimal_price) -%}
    {{ implied_probability(close_decimal_price) }} - {{ implied_probability(decimal_price) }}
{%- endmacro %}

{#-
    Expected profit per unit staked if the fair close at the bet's own point is right: fair prices are
    of bets that are no push, and a push wins and loses nothing.
-#}
{% macro no_vig_clv(decimal_price, close_fair_probability, push_probability) -%}
    (1 - {{ push_probability }}) * {{ expected_value(close_fair_probability, decimal_price) }}
{%- endmacro %}

{#-
    How many points better the point of a bet is than another one, for its own outcome: of Over and
    its like the lower is the better, of all others the higher. Null without points.
-#}
{% macro points_clv(outcome_name, bet_point, close_point) -%}
    case
        when {{ outcome_name }} = 'Over' then {{ close_point }} - {{ bet_point }}
        else {{ bet_point }} - {{ close_point }}
    end
{%- endmacro %}

{#-
    Expected profit per unit staked under the closing distribution of the margin or total, read off
    at the bet's own point: what wins pay less what losses cost, pushes return the stake.
-#}
{% macro point_adjusted_clv(decimal_price, win_probability, loss_probability) -%}
    {{ win_probability }} * ({{ decimal_price }} - 1) - {{ loss_probability }}
{%- endmacro %}

{#- 1 where a bet beat the close, 0 where the close beat it, half for each where they are equal -#}
{% macro beat_close(closing_line_value) -%}
    case
        when {{ closing_line_value }} > 1e-12 then cast(1 as double precision)
        when {{ closing_line_value }} < -1e-12 then 0
        when {{ closing_line_value }} is not null then 0.5
    end
{%- endmacro %}
