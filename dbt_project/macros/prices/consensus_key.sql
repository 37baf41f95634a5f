{#- what a consensus is about: an outcome at a point, by one method, at one moment -#}
{% macro consensus_key(relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {{ prefix }}event_id,
    {{ prefix }}market_key,
    {{ prefix }}outcome_name,
    {{ prefix }}outcome_description,
    {{ prefix }}point,
    {{ prefix }}method,
    {{ prefix }}moment
{%- endmacro %}
