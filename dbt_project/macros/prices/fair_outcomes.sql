{#- the outcomes of devigged outcome sets, one row each -#}
{% macro fair_outcomes(devigged_sets) -%}
    {%- for slot in (1, 2, 3) %}
    select
        sets.*,
        {{ slot }} as slot,
        sets.name_{{ slot }} as outcome_name,
        {{ 'cast(null as double precision)' if slot == 3 else 'sets.point_' ~ slot }} as point,
        sets.decimal_{{ slot }} as decimal_price,
        sets.fair_{{ slot }} as fair_probability
    from {{ devigged_sets }} as sets
    where sets.name_{{ slot }} is not null and sets.decimal_{{ slot }} is not null
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{%- endmacro %}

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
