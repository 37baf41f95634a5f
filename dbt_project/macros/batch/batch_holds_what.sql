{#- whether a response of the batch shows a market of a book more than once: few do -#}
{% macro batch_lists_twice(batch) -%}
    {%- set twice = 'select count(*) from ' ~ batch ~ ' where lists_twice' -%}
    {{ return((found(twice) or [[0]])[0][0] > 0) }}
{%- endmacro %}

{#- whether a call of the batch lists events of several sports, of which a window takes its own -#}
{% macro batch_lists_sports(batch) -%}
    {%- set upcoming = "select count(*) from " ~ batch ~ " where window_no > 0 and sport_key = 'upcoming'" -%}
    {{ return((found(upcoming) or [[0]])[0][0] > 0) }}
{%- endmacro %}
