{#- the columns that name one book's offer of one outcome at one point -#}
{% macro offer_key(relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {{ prefix }}event_id,
    {{ prefix }}bookmaker_key,
    {{ prefix }}market_key,
    {{ prefix }}outcome_name,
    {{ prefix }}outcome_description,
    {{ prefix }}point
{%- endmacro %}
