{#- a quote as one response shows it -#}
{% macro quote_columns(relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {{ prefix }}response_seq,
    {{ quote_key(relation) }},
    {{ prefix }}point,
    {{ prefix }}american_price,
    {{ prefix }}decimal_price,
    {{ prefix }}market_updated_at,
    {{ prefix }}is_in_play,
    {{ prefix }}is_stale
{%- endmacro %}
