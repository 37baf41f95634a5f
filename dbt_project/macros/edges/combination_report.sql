{#- combinations of outcomes with the stakes that pay the same whatever happens -#}
{% macro combination_report(combinations) -%}
    select
        combinations.event_id,
        combinations.sport_key,
        events.season,
        events.home_team,
        events.away_team,
        events.starts_at,
        combinations.line_market_key,
        combinations.outcome_description,
        combinations.outcome_count,
        {%- for side_no in (1, 2, 3) %}
        {%- for column in leg_columns() %}
        combinations.{{ column }}_{{ side_no }},
        {%- endfor %}
        1 / combinations.net_decimal_price_{{ side_no }} / combinations.implied_sum
            as stake_share_{{ side_no }},
        {%- endfor %}
        combinations.implied_sum,
        combinations.implied_sum - 1 as overround,
        combinations.roi,
        combinations.guaranteed_roi,
        {{ minutes_between('combinations.first_captured_at', 'combinations.last_captured_at') }} * 60
            as leg_gap_seconds,
        {{ is_fresh(minutes_between('combinations.first_captured_at', 'clock.as_of')) }} as is_fresh
    from {{ combinations }} as combinations
    cross join {{ ref('stg_run__clock') }} as clock
    inner join {{ ref('int_events_labelled') }} as events
        on combinations.event_id = events.event_id
{%- endmacro %}

{#- what a leg of a bet in several places tells of itself -#}
{% macro leg_columns() -%}
    {{ return([
        'outcome_name',
        'point',
        'bookmaker_key',
        'market_key',
        'american_price',
        'net_decimal_price',
        'age_minutes',
    ]) }}
{%- endmacro %}
