{{ config(materialized='table', indexes=lookup_indexes(['bet_id'])) }}

{%- set measures = {
    'clv_price': 'own_price_clv',
    'clv_no_vig': 'no_vig_clv',
    'clv_point_adjusted': 'point_adjusted_clv',
    'clv_missing_reason': 'missing_reason',
} %}

with

told as (

    select * from {{ ref('int_bet_legs_named') }}

),

matched as (

    select * from {{ ref('int_bet_legs_matched') }}

),

settled as (

    select * from {{ ref('int_bet_legs_settled') }}

),

best_prices as (

    select * from {{ ref('int_bet_best_prices') }}

),

valued as (

    select
        bet_id as leg_id,
        {%- for convention in close_conventions() %}
        max(case when convention = '{{ convention }}' then own_close_decimal_price end)
            as close_decimal_price_{{ convention }},
        max(case when convention = '{{ convention }}' then close_fair_probability end)
            as close_fair_probability_{{ convention }},
        {%- for name, measure in measures.items() %}
        max(case when convention = '{{ convention }}' then {{ measure }} end)
            as {{ name }}_{{ convention }},
        {%- endfor %}
        {%- endfor %}
        max(case when convention = 'start' then points_clv end) as clv_points,
        max(case when convention = 'start' then coalesce(no_vig_clv, point_adjusted_clv) end)
            as clv,
        max(case when convention = 'start' then beat_close end) as beat_close
    from {{ ref('int_bets_valued') }}
    group by bet_id

),

final as (

    select
        told.bet_id,
        told.leg_number,
        told.leg_id,
        told.placed_at,
        matched.event_id,
        matched.sport_key,
        matched.home_team,
        matched.away_team,
        matched.starts_at,
        told.bookmaker_key,
        told.market_key,
        matched.market_kind,
        matched.outcome_name,
        matched.outcome_description,
        coalesce(matched.point, told.point) as point,
        told.decimal_price,
        told.listed_decimal_price,
        told.bookmaker as told_bookmaker,
        told.event as told_event,
        told.market as told_market,
        told.outcome as told_outcome,
        matched.unmatched_reason,
        settled.outcome,
        settled.settled_at,
        settled.home_score,
        settled.away_score,
        settled.pending_reason,
        valued.clv,
        valued.beat_close,
        valued.clv_points,
        {%- for convention in close_conventions() %}
        valued.close_decimal_price_{{ convention }},
        valued.close_fair_probability_{{ convention }},
        {%- for name in measures %}
        valued.{{ name }}_{{ convention }},
        {%- endfor %}
        {%- endfor %}
        best_prices.best_bookmaker_key,
        best_prices.best_decimal_price,
        best_prices.best_captured_at,
        best_prices.bookmaker_count,
        best_prices.best_decimal_price / told.decimal_price - 1 as left_on_table
    from told
    inner join matched
        on told.leg_id = matched.leg_id
    left join settled
        on told.leg_id = settled.leg_id
    left join valued
        on told.leg_id = valued.leg_id
    left join best_prices
        on told.leg_id = best_prices.leg_id

)

select * from final
