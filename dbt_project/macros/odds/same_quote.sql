{#- whether two rows are of one quote; equality where there is never a null, so that joins can hash -#}
{% macro same_quote(left, right) -%}
    {{ left }}.event_id = {{ right }}.event_id
    and {{ left }}.bookmaker_key = {{ right }}.bookmaker_key
    and {{ left }}.market_key = {{ right }}.market_key
    and {{ left }}.outcome_name = {{ right }}.outcome_name
    and {{ left }}.outcome_description is not distinct from {{ right }}.outcome_description
    and {{ left }}.line is not distinct from {{ right }}.line
{%- endmacro %}
