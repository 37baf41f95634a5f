{#-
    The columns of one finding. What it is about is named by event, book, market and, where these do not
    say it, by `subject`; `cause_at` and `until_at` bound the price it is about, where it is about one.
-#}
{% macro finding(
    rule_id,
    sample,
    seen_at,
    sport_key='cast(null as text)',
    event_id='cast(null as text)',
    bookmaker_key='cast(null as text)',
    market_key='cast(null as text)',
    subject='cast(null as text)',
    times='1',
    cause_at='cast(null as timestamp with time zone)',
    until_at='cast(null as timestamp with time zone)'
) -%}
    {{ rule_id }} as rule_id,
    {{ sport_key }} as sport_key,
    {{ event_id }} as event_id,
    {{ bookmaker_key }} as bookmaker_key,
    {{ market_key }} as market_key,
    {{ subject }} as subject,
    {{ sample }} as sample,
    cast({{ times }} as integer) as times,
    {{ seen_at }} as seen_at,
    {{ cause_at }} as cause_at,
    {{ until_at }} as until_at
{%- endmacro %}

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
