{#-
    How far the middle of others lies outside what a book allows, from its lowest to its highest, in
    standard deviations as their median absolute deviation tells it (1.4826 of them for a normal
    distribution). That is taken to be `least` at least: ten books that agree to the cent leave no
    spread to measure by.
-#}
{% macro robust_z(middle, lowest, highest, deviation, least) -%}
    (
        greatest({{ lowest }} - {{ middle }}, {{ middle }} - {{ highest }}, 0)
        / (1.4826 * greatest({{ deviation }}, {{ least }}))
    )
{%- endmacro %}
