{% macro devig_odds_ratio(outcome) -%}
    implied_{{ outcome }} / (implied_{{ outcome }} + odds_ratio * (1 - implied_{{ outcome }}))
{%- endmacro %}
