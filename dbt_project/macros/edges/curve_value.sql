{#- a column of `int_score_curves` between two tabulated centres -#}
{% macro curve_value(curves, column, centre) -%}
    ({{ curves }}.{{ column }} + ({{ curves }}.next_{{ column }} - {{ curves }}.{{ column }})
        * ({{ centre }} - {{ curves }}.centre) / {{ curves }}.centre_step)
{%- endmacro %}
