with

middles as (

    select * from {{ ref('int_middles_valued') }}

),

final as (

    select
        middles.event_id,
        middles.sport_key,
        events.season,
        events.home_team,
        events.away_team,
        events.starts_at,
        middles.line_market_key,
        middles.outcome_description,
        {%- for side_no in (1, 2) %}
        {%- for column in leg_columns() %}
        middles.{{ column }}_{{ side_no }},
        {%- endfor %}
        middles.stake_share_{{ side_no }},
        {%- endfor %}
        middles.gap,
        middles.implied_sum,
        middles.cost_if_missed,
        middles.break_even_probability,
        middles.middle_probability,
        middles.push_1_probability,
        middles.push_2_probability,
        middles.expected_roi,
        middles.source_count,
        middles.distribution_source,
        {{ minutes_between('middles.first_captured_at', 'middles.last_captured_at') }} * 60
            as leg_gap_seconds,
        {{ is_fresh(minutes_between('middles.first_captured_at', 'clock.as_of')) }} as is_fresh
    from middles
    cross join {{ ref('stg_run__clock') }} as clock
    inner join {{ ref('int_events_labelled') }} as events
        on middles.event_id = events.event_id

)

select * from final
