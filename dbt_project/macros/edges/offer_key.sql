{#- the columns that name one book's offer of one outcome at one point, at one moment -#}
{% macro offer_key(relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {{ prefix }}moment,
    {{ prefix }}event_id,
    {{ prefix }}bookmaker_key,
    {{ prefix }}market_key,
    {{ prefix }}outcome_name,
    {{ prefix }}outcome_description,
    {{ prefix }}point
{%- endmacro %}

{#- whether two rows are about one book's offer of one outcome at one point, at one moment -#}
{% macro same_offer(left, right) -%}
    {{ left }}.moment = {{ right }}.moment
    and {{ left }}.event_id = {{ right }}.event_id
    and {{ left }}.bookmaker_key = {{ right }}.bookmaker_key
    and {{ left }}.market_key = {{ right }}.market_key
    and {{ left }}.outcome_name = {{ right }}.outcome_name
    and {{ left }}.outcome_description is not distinct from {{ right }}.outcome_description
    and {{ left }}.point is not distinct from {{ right }}.point
{%- endmacro %}
