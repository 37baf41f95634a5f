{#- whether a price seen so long ago may still be had -#}
{% macro is_fresh(age_minutes) -%}
    {{ age_minutes }} <= {{ var('max_leg_age_minutes') }}
{%- endmacro %}

{#- whether two prices are near enough in time to be compared; how old both are is another question -#}
{% macro seen_together(one, other) -%}
    abs({{ minutes_between(one, other) }}) <= {{ var('max_leg_age_minutes') }}
{%- endmacro %}
