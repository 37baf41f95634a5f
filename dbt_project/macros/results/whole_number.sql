{#-
    A score as text, null where it is no whole number (`120/4`, `W.O.`). Without a second argument the
    engines trim differently.
-#}
{% macro whole_number(score) -%}
    case when trim({{ score }}, ' ') ~ '^[0-9]{1,4}$' then cast(trim({{ score }}, ' ') as integer) end
{%- endmacro %}
