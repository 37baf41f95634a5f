{#-
    A set without all its prices, or a method that leaves (0, 1) (additive, for longshots of three),
    has null for every outcome: no margin is assumed, and no probability is negative.

    Power and odds ratio go on below a sum of 1, where the book can be beaten by itself; Shin's
    share of insiders would be negative there, so Shin is null for three outcomes. The roots are
    Newton's, unrolled: 8 steps bring the sum within 1e-11 of 1 for odds from 1.001 to 1000. Power
    may need more beyond; a sum not within 1e-9 of 1 is null too.
-#}
{% macro devigged(outcome_sets) -%}
    {%- set newton_steps = 8 -%}
    select
        outcome_sets.*,
        fair_prices.method,
        fair_prices.fair_1,
        fair_prices.fair_2,
        fair_prices.fair_3,
        fair_prices.overround
    from {{ outcome_sets }} as outcome_sets
    cross join lateral (

        with

        prices as ( {{ devig_prices('outcome_sets') | indent(8) }} ),

        sums as ( {{ devig_sums('prices') | indent(8) }} ),

        roots_0 as ( {{ devig_start('sums') | indent(8) }} ),
        {% for step in range(newton_steps) %}
        tried_{{ step }} as ( {{ devig_tried('roots_' ~ step) | indent(8) }} ),

        roots_{{ step + 1 }} as ( {{ devig_step('tried_' ~ step) | indent(8) }} ),
        {% endfor %}
        {{ devig_by_method('roots_' ~ newton_steps) | indent(8) }}

        select * from by_method
        union all
        select
            'worst_case' as method,
            min(fair_1) as fair_1,
            min(fair_2) as fair_2,
            min(fair_3) as fair_3,
            min(overround) as overround
        from by_method

    ) as fair_prices
{%- endmacro %}
