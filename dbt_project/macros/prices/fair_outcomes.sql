{#-
    The outcomes of devigged outcome sets, one row each. The sets are read once: whoever asks for one
    game has only its sets devigged.
-#}
{% macro fair_outcomes(devigged_sets) -%}
    select
        sets.*,
        sides.side_no,
        case sides.side_no when 1 then sets.name_1 when 2 then sets.name_2 else sets.name_3 end
            as outcome_name,
        case sides.side_no when 1 then sets.point_1 when 2 then sets.point_2 end as point,
        case sides.side_no when 1 then sets.decimal_1 when 2 then sets.decimal_2 else sets.decimal_3 end
            as decimal_price,
        case sides.side_no when 1 then sets.fair_1 when 2 then sets.fair_2 else sets.fair_3 end
            as fair_probability
    from {{ devigged_sets }} as sets
    cross join (values (1), (2), (3)) as sides (side_no)
    where
        case sides.side_no when 1 then sets.name_1 when 2 then sets.name_2 else sets.name_3 end
        is not null
        and case sides.side_no
            when 1 then sets.decimal_1 when 2 then sets.decimal_2 else sets.decimal_3
        end is not null
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
