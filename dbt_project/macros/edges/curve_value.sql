{#- a column of `int_score_curves` between two tabulated centres -#}
{% macro curve_value(curves, column, centre) -%}
    ({{ curves }}.{{ column }} + ({{ curves }}.next_{{ column }} - {{ curves }}.{{ column }})
        * ({{ centre }} - {{ curves }}.centre) / {{ curves }}.centre_step)
{%- endmacro %}

{#- the tabulated centre below a centre -#}
{% macro curve_centre(centre, centre_step) -%}
    floor({{ centre }} / {{ centre_step }}) * {{ centre_step }}
{%- endmacro %}
