{#- whether a price seen so long ago may still be had -#}
{% macro is_fresh(age_minutes) -%}
    {{ age_minutes }} <= {{ var('max_leg_age_minutes') }}
{%- endmacro %}
