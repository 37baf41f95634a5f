{#- a tier of an event with the time for which it promises snapshots -#}
{% macro promise_columns(relation) -%}
    {{ relation }}.event_id,
    {{ relation }}.sport_key,
    {{ relation }}.tier,
    {{ relation }}.interval_minutes,
    {{ relation }}.window_from,
    {{ relation }}.window_until
{%- endmacro %}

{#- which interval of a tier's window a time falls into, counted from 0 -#}
{% macro interval_number(window, moment) -%}
    cast(floor({{ minutes_between(window ~ '.window_from', moment) }} / {{ window }}.interval_minutes) as integer)
{%- endmacro %}
