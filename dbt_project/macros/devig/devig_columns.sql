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
