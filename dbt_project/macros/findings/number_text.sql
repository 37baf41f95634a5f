{#- a number rounded as text, the same on every engine: halves go up, digits stand -#}
{% macro number_text(number, digits) -%}
    {%- set scale = 10 ** digits -%}
    cast(cast(floor(({{ number }}) * {{ scale }} + cast(0.5 as double precision)) / {{ scale }} as numeric(18, {{ digits }})) as text)
{%- endmacro %}
