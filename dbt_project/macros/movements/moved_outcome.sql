{#- what moves: an outcome of an event's market, of many lines one by one, in one direction -#}
{% macro moved_outcome(relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {{ prefix }}event_id,
    {{ prefix }}market_key,
    {{ prefix }}outcome_name,
    {{ prefix }}outcome_description,
    {{ prefix }}line,
    {{ prefix }}direction
{%- endmacro %}

{#- whether two moves are of one outcome; the direction is compared apart -#}
{% macro same_moved_outcome(left, right) -%}
    {{ left }}.event_id = {{ right }}.event_id
    and {{ left }}.market_key = {{ right }}.market_key
    and {{ left }}.outcome_name = {{ right }}.outcome_name
    and {{ left }}.outcome_description is not distinct from {{ right }}.outcome_description
    and {{ left }}.line is not distinct from {{ right }}.line
{%- endmacro %}
