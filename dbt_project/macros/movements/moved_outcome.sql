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
