{#- the columns of one alert; `thing` names what it is about, so that it is sent once -#}
{% macro alert(
    rule_id,
    thing,
    title,
    body,
    raised_at,
    value,
    sport_key='cast(null as text)',
    event_id='cast(null as text)',
    bookmaker_key='cast(null as text)'
) -%}
    {{ rule_id }} as rule_id,
    {{ rule_id }} || '|' || {{ thing }} as dedupe_key,
    {{ title }} as title,
    {{ body }} as body,
    {{ sport_key }} as sport_key,
    {{ event_id }} as event_id,
    {{ bookmaker_key }} as bookmaker_key,
    {{ raised_at }} as raised_at,
    cast({{ value }} as double precision) as value
{%- endmacro %}
