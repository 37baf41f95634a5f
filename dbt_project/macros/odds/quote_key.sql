{#- the columns that name a quote, of a relation where one is given -#}
{% macro quote_key(relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {{ prefix }}event_id,
    {{ prefix }}bookmaker_key,
    {{ prefix }}market_key,
    {{ prefix }}outcome_name,
    {{ prefix }}outcome_description,
    {{ prefix }}line
{%- endmacro %}
