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
