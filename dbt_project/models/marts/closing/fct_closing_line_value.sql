{{ config(materialized='table', indexes=lookup_indexes(['event_id'])) }}

with

final as (

    select
        bet_id,
        event_id,
        bookmaker_key,
        market_key,
        outcome_name,
        outcome_description,
        point,
        decimal_price,
        placed_at,
        starts_at,
        method,
        reference_source,
        reference_bookmaker_key,
        close_point,
        close_decimal_price,
        close_fair_probability,
        close_push_probability,
        price_clv,
        implied_clv,
        no_vig_clv,
        points_clv,
        point_adjusted_clv,
        beat_close,
        missing_reason,
        own_close_point,
        own_close_decimal_price,
        own_price_clv,
        own_implied_clv,
        own_no_vig_clv,
        own_points_clv,
        own_missing_reason
    from {{ ref('int_bets_valued') }}
    where convention = 'start'

)

select * from final
