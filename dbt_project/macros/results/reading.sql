{#- a time in ISO 8601 with its zone, with or without seconds; null where it cannot be read -#}
{% macro iso_timestamp(stamp) -%}
    {%- set day = '[0-9]{4}-[0-9]{2}-[0-9]{2}' -%}
    {%- set time = '[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?' -%}
    {%- set zone = '(Z|[+-][0-9]{2}(:?[0-9]{2})?)' -%}
    {%- set with_seconds -%}
        regexp_replace({{ stamp }}, '^(.{16})(Z|[+]|-)', '\1:00\2')
    {%- endset -%}
    case
        when {{ stamp }} ~ '^{{ day }}[T ]{{ time }}{{ zone }}$'
            then cast({{ with_seconds }} as timestamp with time zone)
    end
{%- endmacro %}

{#-
    A score as text, null where it is no whole number (`120/4`, `W.O.`). Without a second argument the
    engines trim differently.
-#}
{% macro whole_number(score) -%}
    case when trim({{ score }}, ' ') ~ '^[0-9]{1,4}$' then cast(trim({{ score }}, ' ') as integer) end
{%- endmacro %}
