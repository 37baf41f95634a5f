{#- an outcome as a person would name it: whom it is about, what happens, at which line -#}
{% macro outcome_text(relation) -%}
    concat_ws(
        ' ',
        {{ relation }}.outcome_description,
        {{ relation }}.outcome_name,
        {{ number_text(relation ~ '.point', 2) }}
    )
{%- endmacro %}
