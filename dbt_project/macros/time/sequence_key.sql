{#- the one order of responses, (captured_at, response_id), as one text that sorts -#}
{% macro sequence_key(captured_at, response_id) -%}
    {{ return(adapter.dispatch('sequence_key')(captured_at, response_id)) }}
{%- endmacro %}

{% macro default__sequence_key(captured_at, response_id) -%}
    to_char({{ captured_at }} at time zone 'UTC', 'YYYYMMDDHH24MISSUS') || {{ response_id }}
{%- endmacro %}

{% macro duckdb__sequence_key(captured_at, response_id) -%}
    strftime({{ captured_at }} at time zone 'UTC', '%Y%m%d%H%M%S%f') || {{ response_id }}
{%- endmacro %}

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
