{#- American odds as decimal odds; null between -100 and 100, where there are none -#}
{% macro american_to_decimal(american_price) -%}
    case
        when {{ american_price }} >= 100 then 1 + {{ american_price }} / cast(100 as double precision)
        when {{ american_price }} <= -100 then 1 - cast(100 as double precision) / {{ american_price }}
    end
{%- endmacro %}

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

{#- decimal odds after an exchange's commission, which it takes from net winnings -#}
{% macro net_decimal_price(decimal_price, commission_rate) -%}
    (1 + ({{ decimal_price }} - 1) * (1 - ({{ commission_rate }})))
{%- endmacro %}

{#- 1 / decimal odds, the margin still in it -#}
{% macro implied_probability(decimal_price) -%}
    1 / nullif({{ decimal_price }}, 0)
{%- endmacro %}

{#-
    What the implied probabilities of an outcome set sum to; null where one of the first two is
    missing. The set has to be complete: no sum means anything without every outcome.
-#}
{% macro implied_sum(implied_1, implied_2, implied_3) -%}
    ({{ implied_1 }} + {{ implied_2 }} + coalesce({{ implied_3 }}, 0))
{%- endmacro %}

{#- by how much a complete set's implied probabilities exceed 1 (S - 1). Not the hold -#}
{% macro overround(implied_sum) -%}
    ({{ implied_sum }} - 1)
{%- endmacro %}

{#-
    The share of all stakes a book keeps where they stand in proportion to the inverses of its
    prices (1 - 1 / S). Not the overround.
-#}
{% macro hold(implied_sum) -%}
    (1 - 1 / nullif(cast({{ implied_sum }} as double precision), 0))
{%- endmacro %}

{#- expected profit per unit staked (p d - 1) -#}
{% macro expected_value(fair_probability, decimal_price) -%}
    (({{ fair_probability }}) * ({{ decimal_price }}) - 1)
{%- endmacro %}

{#- a push gives the stake back: only wins against losses count -#}
{% macro kelly_fraction(win_probability, push_probability, decimal_price) -%}
    {%- set win, push, price = [
        '(' ~ win_probability ~ ')', '(' ~ push_probability ~ ')', '(' ~ decimal_price ~ ')'
    ] -%}
    case
        when {{ win }} >= 0 and {{ push }} >= 0 and {{ push }} < 1 and {{ win }} + {{ push }} <= 1
            and {{ price }} > 1
            then greatest(
                ({{ win }} * {{ price }} + {{ push }} - 1) / (({{ price }} - 1) * (1 - {{ push }})),
                0
            )
    end
{%- endmacro %}

{#-
    What of a full Kelly stake is staked: the share of it that keeps most of the growth at a fraction of
    the swings, and at most so much of the bankroll on one bet.
-#}
{% macro capped_kelly(kelly_fraction) -%}
    least({{ var('kelly_share') }} * {{ kelly_fraction }}, {{ var('kelly_cap') }})
{%- endmacro %}

{#-
    Cents from one american price to another, positive where the price got longer, which is better
    to bet at: -105 to +105 is 10, -110 to -120 is -10. -100 and +100 are the same price.
-#}
{% macro cents_between(from_american, to_american) -%}
    ({{ cents_from_even(to_american) }} - {{ cents_from_even(from_american) }})
{%- endmacro %}

{#- no american price lies between -100 and 100, which are the same price -#}
{% macro cents_from_even(american_price) -%}
    case
        when {{ american_price }} >= 100 then {{ american_price }} - 100
        when {{ american_price }} <= -100 then {{ american_price }} + 100
    end
{%- endmacro %}

{#- a number to rank by: engines sum in their own order, and ties must be ties on all of them -#}
{% macro nine_digits(number) -%}
    round(cast({{ number }} as numeric(20, 12)), 9)
{%- endmacro %}
