{#- whether two rows are about one outcome at one point, by one method, at one moment -#}
{% macro same_outcome(left, right) -%}
    {{ left }}.event_id = {{ right }}.event_id
    and {{ left }}.market_key = {{ right }}.market_key
    and {{ left }}.outcome_name = {{ right }}.outcome_name
    and {{ left }}.outcome_description is not distinct from {{ right }}.outcome_description
    and {{ left }}.point is not distinct from {{ right }}.point
    and {{ left }}.method = {{ right }}.method
    and {{ left }}.moment = {{ right }}.moment
{%- endmacro %}
