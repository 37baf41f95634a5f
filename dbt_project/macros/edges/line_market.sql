{#- the market a line belongs to, whether a book lists one of its lines or many -#}
{% macro line_market(market_key) -%}
    replace(replace({{ market_key }}, 'alternate_', ''), '_alternate', '')
{%- endmacro %}
