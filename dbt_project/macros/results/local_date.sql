{#- the league's own date of a moment; a sport nobody gave a zone is dated in UTC -#}
{% macro local_date(moment, time_zone) -%}
    cast({{ moment }} at time zone coalesce({{ time_zone }}, 'UTC') as date)
{%- endmacro %}
