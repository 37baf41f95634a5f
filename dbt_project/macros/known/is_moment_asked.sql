{#- whether this build looks from a moment that somebody asked for; a unit test states one rule at a time -#}
{% macro is_moment_asked() -%}
    {{ return(asked_as_of() != '' and model.resource_type != 'unit_test') }}
{%- endmacro %}
