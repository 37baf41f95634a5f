{#- which interval of a tier's window a time falls into, counted from 0 -#}
{% macro interval_number(window, moment) -%}
    cast(floor({{ minutes_between(window ~ '.window_from', moment) }} / {{ window }}.interval_minutes) as integer)
{%- endmacro %}
