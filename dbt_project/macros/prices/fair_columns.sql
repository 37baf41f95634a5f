{#- an outcome of one book at one moment, and its fair probability by one method -#}
{% macro fair_columns() -%}
    event_id,
    bookmaker_key,
    market_key,
    outcome_name,
    outcome_description,
    point,
    method,
    moment,
    moment_at,
    slot,
    outcome_count,
    set_point,
    decimal_price,
    fair_probability,
    overround,
    captured_at
{%- endmacro %}
