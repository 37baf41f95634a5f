{#-
    What of a full Kelly stake is staked: the share of it that keeps most of the growth at a fraction of
    the swings, and at most so much of the bankroll on one bet.
-#}
{% macro capped_kelly(kelly_fraction) -%}
    least({{ var('kelly_share') }} * {{ kelly_fraction }}, {{ var('kelly_cap') }})
{%- endmacro %}
