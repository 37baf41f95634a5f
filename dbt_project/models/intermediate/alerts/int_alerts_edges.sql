{{ config(materialized='view') }}

with

rules as (

    select * from {{ ref('alert_rules') }}

),

clock as (

    select * from {{ ref('stg_run__clock') }}

),

-- nobody is called for a price that is gone
arbitrages as (

    select
        *,
        concat_ws(
            ', ',
            {%- for side_no in (1, 2, 3) %}
            outcome_name_{{ side_no }}
            || coalesce(' ' || {{ number_text('point_' ~ side_no, 2) }}, '')
            || ' ' || {{ number_text('net_decimal_price_' ~ side_no, 3) }}
            || ' at ' || bookmaker_key_{{ side_no }}{{ '' if loop.last else ',' }}
            {%- endfor %}
        ) as legs
    from {{ ref('rpt_arbitrage') }}
    where is_fresh

),

edges as (

    select * from {{ ref('rpt_positive_ev') }}
    where is_beyond_error and is_fresh

),

final as (

    select
        {{ alert(
            'rules.rule_id',
            "concat_ws('|', arbitrages.event_id, arbitrages.line_market_key, arbitrages.outcome_description,
            cast(arbitrages.outcome_count as text), " ~ number_text('arbitrages.point_1', 2) ~ ")",
            "'Arbitrage of ' || " ~ number_text('arbitrages.guaranteed_roi * 100', 1) ~ " || ' %: ' || "
            ~ game_name('arbitrages'),
            "concat_ws(' ', arbitrages.line_market_key, arbitrages.outcome_description) || ': '
            || arbitrages.legs || '; starts at ' || " ~ moment_text('arbitrages.starts_at') ~ " || '.'",
            'clock.as_of',
            'arbitrages.guaranteed_roi',
            sport_key='arbitrages.sport_key',
            event_id='arbitrages.event_id'
        ) }}
    from arbitrages
    cross join clock
    inner join rules
        on rules.rule_id = 'arbitrage' and arbitrages.guaranteed_roi >= rules.threshold
    union all
    select
        {{ alert(
            'rules.rule_id',
            "concat_ws('|', edges.event_id, edges.market_key, edges.outcome_description,
            edges.outcome_name, edges.bookmaker_key)",
            "'Edge of ' || " ~ number_text('edges.ev_default * 100', 1) ~ " || ' %: ' || "
            ~ outcome_text('edges') ~ " || ' at ' || edges.bookmaker_key",
            game_name('edges') ~ " || ', ' || edges.market_key || ': ' || " ~ number_text('edges.decimal_price', 3) ~ " || ', fair '
            || " ~ number_text('edges.fair_decimal_price', 3) ~ " || '; starts at '
            || " ~ moment_text('edges.starts_at') ~ " || '.'",
            'clock.as_of',
            'edges.ev_default',
            sport_key='edges.sport_key',
            event_id='edges.event_id',
            bookmaker_key='edges.bookmaker_key'
        ) }}
    from edges
    cross join clock
    inner join rules
        on rules.rule_id = 'positive_ev' and edges.ev_default >= rules.threshold

)

select * from final
