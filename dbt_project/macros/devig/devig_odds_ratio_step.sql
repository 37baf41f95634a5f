{#-
    Newton's next odds ratio c. With o = q / (1 - q), the fair o / (c + o) sum to 1 where
    c^3 = (o1 o2 + o1 o3 + o2 o3) c + 2 o1 o2 o3; with two outcomes o3 is 0 and c is its own root.
-#}
{% macro devig_odds_ratio_step() -%}
    2 * (odds_ratio * odds_ratio * odds_ratio + odds_product)
    / (3 * odds_ratio * odds_ratio - odds_pairs)
{%- endmacro %}
