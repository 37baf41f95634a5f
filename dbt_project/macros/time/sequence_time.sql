{#- the time a sequence key begins with -#}
{% macro sequence_time(key) -%}
    {{ return(adapter.dispatch('sequence_time')(key)) }}
{%- endmacro %}

{% macro default__sequence_time(key) -%}
    (to_timestamp(left({{ key }}, 14), 'YYYYMMDDHH24MISS')::timestamp at time zone 'UTC' + cast(substr({{ key }}, 15, 6) || ' microseconds' as interval))
{%- endmacro %}

{% macro duckdb__sequence_time(key) -%}
    (strptime(left({{ key }}, 20), '%Y%m%d%H%M%S%f') at time zone 'UTC')
{%- endmacro %}
