{#- whether two offers are of one line of one market, of one player or of the game -#}
{% macro same_line(left, right) -%}
    {{ left }}.event_id = {{ right }}.event_id
    and {{ left }}.line_market_key = {{ right }}.line_market_key
    and {{ left }}.outcome_count = {{ right }}.outcome_count
    and {{ left }}.outcome_description is not distinct from {{ right }}.outcome_description
    and {{ left }}.threshold is not distinct from {{ right }}.threshold
{%- endmacro %}
