{#- a tier of an event with the time for which it promises snapshots -#}
{% macro promise_columns(relation) -%}
    {{ relation }}.event_id,
    {{ relation }}.sport_key,
    {{ relation }}.tier,
    {{ relation }}.interval_minutes,
    {{ relation }}.window_from,
    {{ relation }}.window_until
{%- endmacro %}
