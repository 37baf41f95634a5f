{#- a quote as one response shows it -#}
{% macro quote_columns() -%}
    response_seq,
    event_id,
    bookmaker_key,
    market_key,
    outcome_name,
    outcome_description,
    line,
    point,
    american_price,
    decimal_price,
    market_updated_at,
    is_in_play,
    is_stale
{%- endmacro %}
