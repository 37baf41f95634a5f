{#- the outcomes of devigged outcome sets, one row each -#}
{% macro fair_outcomes(devigged_sets) -%}
    {%- for side_no in (1, 2, 3) %}
    select
        sets.*,
        {{ side_no }} as side_no,
        sets.name_{{ side_no }} as outcome_name,
        {{ 'cast(null as double precision)' if side_no == 3 else 'sets.point_' ~ side_no }} as point,
        sets.decimal_{{ side_no }} as decimal_price,
        sets.fair_{{ side_no }} as fair_probability
    from {{ devigged_sets }} as sets
    where sets.name_{{ side_no }} is not null and sets.decimal_{{ side_no }} is not null
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
    side_no,
    outcome_count,
    set_point,
    decimal_price,
    fair_probability,
    overround,
    captured_at
{%- endmacro %}
