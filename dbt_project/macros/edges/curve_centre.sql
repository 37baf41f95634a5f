{#- the tabulated centre below a centre -#}
{% macro curve_centre(centre, centre_step) -%}
    floor({{ centre }} / {{ centre_step }}) * {{ centre_step }}
{%- endmacro %}
