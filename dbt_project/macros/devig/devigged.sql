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

{#- the prices of one outcome set, all null unless each of them is a probability -#}
{% macro devig_prices(outcome_set) -%}
    select
        {%- for outcome in [1, 2, 3] %}
        case
            when {{ outcome_set }}.implied_1 > 1e-9 and {{ outcome_set }}.implied_1 < 1
                and {{ outcome_set }}.implied_2 > 1e-9 and {{ outcome_set }}.implied_2 < 1
                and coalesce(
                    {{ outcome_set }}.implied_3 > 1e-9 and {{ outcome_set }}.implied_3 < 1, true
                )
                then cast({{ outcome_set }}.implied_{{ outcome }} as double precision)
        end as implied_{{ outcome }}{{ ',' if not loop.last }}
        {%- endfor %}
    {{ not_inlined() }}
{%- endmacro %}

{#- what the methods share: q, its logarithm, and sums over outcomes of q and of o = q / (1 - q) -#}
{% macro devig_sums(prices) -%}
    {%- set odds_1, odds_2, odds_3 = [
        '(implied_1 / (1 - implied_1))',
        '(implied_2 / (1 - implied_2))',
        'coalesce(implied_3 / (1 - implied_3), 0)',
    ] -%}
    select
        implied_1,
        implied_2,
        implied_3,
        {{ implied_sum('implied_1', 'implied_2', 'implied_3') }} as implied_sum,
        ln(implied_1) as log_implied_1,
        ln(implied_2) as log_implied_2,
        ln(implied_3) as log_implied_3,
        {{ odds_1 }} * {{ odds_2 }} + ({{ odds_1 }} + {{ odds_2 }}) * {{ odds_3 }} as odds_pairs,
        {{ odds_1 }} * {{ odds_2 }} * {{ odds_3 }} as odds_product
    from {{ prices }}
    {{ not_inlined() }}
{%- endmacro %}

{#- what each step hands on to the next -#}
{% macro devig_columns() -%}
    implied_1,
    implied_2,
    implied_3,
    implied_sum,
    log_implied_1,
    log_implied_2,
    log_implied_3,
    odds_pairs,
    odds_product
{%- endmacro %}

{#-
    Where the roots are searched from: exponent and share of insiders at their values without a
    margin, the odds ratio above its root. Insiders cannot explain three prices that sum to less
    than 1, but what is 1 within the rounding of doubles counts as 1.
-#}
{% macro devig_start(sums) -%}
    select
        {{ devig_columns() | indent(8) }},
        cast(1 as double precision) as power_exponent,
        sqrt(odds_pairs) + power(2 * odds_product, cast(1 as double precision) / 3) as odds_ratio,
        case when implied_sum > 1 - 1e-12 then cast(0 as double precision) end as insider_share
    from {{ sums }}
    {{ not_inlined() }}
{%- endmacro %}

{#- the prices that the roots found so far would give -#}
{% macro devig_tried(roots) -%}
    select
        {{ devig_columns() | indent(8) }},
        power_exponent,
        odds_ratio,
        insider_share,
        {%- for outcome in [1, 2, 3] %}
        {{ devig_power(outcome) | indent(8) }} as power_{{ outcome }},
        {{ devig_shin(outcome) | indent(8) }} as shin_{{ outcome }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ roots }}
    {{ not_inlined() }}
{%- endmacro %}

{#- one step of Newton's on all three roots -#}
{% macro devig_step(tried) -%}
    select
        {{ devig_columns() | indent(8) }},
        {{ devig_power_step() | indent(8) }} as power_exponent,
        {{ devig_odds_ratio_step() | indent(8) }} as odds_ratio,
        {{ devig_shin_step() | indent(8) }} as insider_share
    from {{ tried }}
    {{ not_inlined() }}
{%- endmacro %}

{#- CTEs that end in `by_method`: a row per method, nulls where it gives no probabilities -#}
{% macro devig_by_method(roots) -%}
    solved as (

        select
            {%- for method in devig_methods() %}
            {%- for outcome in [1, 2, 3] %}
            {{ context['devig_' ~ method](outcome) | indent(12) }} as {{ method }}_{{ outcome }},
            {%- endfor %}
            {%- endfor %}
            implied_3 is null as is_two_way,
            {{ overround('implied_sum') }} as overround
        from {{ roots }}
        {{ not_inlined() }}

    ),

    by_method as (
        {% for method in devig_methods() %}
        {%- set fair_1, fair_2, fair_3 = method ~ '_1', method ~ '_2', method ~ '_3' %}
        select
            '{{ method }}' as method,
            {%- for fair in [fair_1, fair_2, fair_3] %}
            case
                when {{ fair_1 }} > 0 and {{ fair_2 }} > 0 and (is_two_way or {{ fair_3 }} > 0)
                    and abs({{ fair_1 }} + {{ fair_2 }} + coalesce({{ fair_3 }}, 0) - 1) < 1e-9
                    then {{ fair }}
            end as fair_{{ loop.index }},
            {%- endfor %}
            overround
        from solved
        {{ 'union all' if not loop.last }}
        {%- endfor %}

    )
{%- endmacro %}
