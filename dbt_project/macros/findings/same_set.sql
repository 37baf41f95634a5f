{#- whether two rows are about one version of an outcome set; equality alone, so that joins can hash -#}
{% macro same_set(left, right) -%}
    {{ left }}.event_id = {{ right }}.event_id
    and {{ left }}.bookmaker_key = {{ right }}.bookmaker_key
    and {{ left }}.market_key = {{ right }}.market_key
    and coalesce({{ left }}.outcome_description, '') = coalesce({{ right }}.outcome_description, '')
    and coalesce({{ left }}.set_point, 0) = coalesce({{ right }}.set_point, 0)
    and {{ left }}.valid_from = {{ right }}.valid_from
{%- endmacro %}
