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

{#- whether two rows are of one quote; equality where there is never a null, so that joins can hash -#}
{% macro same_quote(left, right) -%}
    {{ left }}.event_id = {{ right }}.event_id
    and {{ left }}.bookmaker_key = {{ right }}.bookmaker_key
    and {{ left }}.market_key = {{ right }}.market_key
    and {{ left }}.outcome_name = {{ right }}.outcome_name
    and {{ left }}.outcome_description is not distinct from {{ right }}.outcome_description
    and {{ left }}.line is not distinct from {{ right }}.line
{%- endmacro %}

{#- whether two quotes, of whatever books, are of one outcome; equality alone, so that joins can hash -#}
{% macro same_asked(left, right) -%}
    {{ left }}.event_id = {{ right }}.event_id
    and {{ left }}.market_key = {{ right }}.market_key
    and {{ left }}.outcome_name = {{ right }}.outcome_name
    and coalesce({{ left }}.outcome_description, '') = coalesce({{ right }}.outcome_description, '')
    and coalesce({{ left }}.line, 0) = coalesce({{ right }}.line, 0)
{%- endmacro %}
