{#- a score as text, null where it is no whole number (`120/4`, `W.O.`) -#}
{% macro whole_number(score) -%}
    case when trim({{ score }}) ~ '^[0-9]{1,4}$' then cast(trim({{ score }}) as integer) end
{%- endmacro %}
