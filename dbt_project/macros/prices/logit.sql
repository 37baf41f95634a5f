{% macro logit(probability) -%}
    ln({{ probability }} / (1 - {{ probability }}))
{%- endmacro %}
