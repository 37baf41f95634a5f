{#- what every family of quality rules yields, one row per time a rule was broken -#}
{% macro finding_columns() -%}
    rule_id,
    sport_key,
    event_id,
    bookmaker_key,
    market_key,
    subject,
    sample,
    times,
    seen_at,
    cause_at,
    until_at
{%- endmacro %}
