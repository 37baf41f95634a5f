{% macro cents_between(from_american, to_american) -%}
    ({{ cents_from_even(to_american) }} - {{ cents_from_even(from_american) }})
{%- endmacro %}
