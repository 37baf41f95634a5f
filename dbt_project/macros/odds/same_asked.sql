{#- whether two quotes, of whatever books, are of one outcome; equality alone, so that joins can hash -#}
{% macro same_asked(left, right) -%}
    {{ left }}.event_id = {{ right }}.event_id
    and {{ left }}.market_key = {{ right }}.market_key
    and {{ left }}.outcome_name = {{ right }}.outcome_name
    and coalesce({{ left }}.outcome_description, '') = coalesce({{ right }}.outcome_description, '')
    and coalesce({{ left }}.line, 0) = coalesce({{ right }}.line, 0)
{%- endmacro %}
