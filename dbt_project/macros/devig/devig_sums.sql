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
