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
