{% macro hold(implied_sum) -%}
    (1 - 1 / nullif(cast({{ implied_sum }} as double precision), 0))
{%- endmacro %}
