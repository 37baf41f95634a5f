{#- of a raw response: it is what was asked for, and whole -#}
{% macro is_complete_answer() -%}
    status_code = 200 and error_code is null and event_count is not null
{%- endmacro %}
