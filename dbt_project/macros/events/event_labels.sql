{#- what every fact says of its game, so that a chart needs no join: columns of `int_events_labelled` -#}
{% macro event_labels(events, without=[]) -%}
    {%- set names = ['sport_key', 'season', 'home_team', 'away_team', 'starts_at'] -%}
    {%- for name in names if name not in without -%}
        {{ events }}.{{ name }}{{ ',\n        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
