{{
    config(
        materialized='table',
        indexes=lookup_indexes(['event_id']),
        pre_hook='{{ hashed_joins() }}',
    )
}}

with

bets as (

    select
        bets.*,
        coalesce(point_adjusted.push_probability, 0) as close_push_probability,
        point_adjusted.point_adjusted_clv
    from {{ ref('int_bets_closed') }} as bets
    left join {{ ref('int_bets_point_adjusted') }} as point_adjusted
        on bets.bet_id = point_adjusted.bet_id

),

valued as (

    select
        *,
        {{ no_vig_clv('decimal_price', 'close_fair_probability', 'close_push_probability') }}
            as no_vig_clv
    from bets

),

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
        {{ price_clv('decimal_price', 'close_decimal_price') }} as price_clv,
        {{ implied_clv('decimal_price', 'close_decimal_price') }} as implied_clv,
        no_vig_clv,
        {{ points_clv('outcome_name', 'point', 'close_point') }} as points_clv,
        point_adjusted_clv,
        {{ beat_close('coalesce(no_vig_clv, point_adjusted_clv)') }} as beat_close,
        missing_reason,
        own_close_point,
        own_close_decimal_price,
        {{ price_clv('decimal_price', 'own_close_decimal_price') }} as own_price_clv,
        {{ implied_clv('decimal_price', 'own_close_decimal_price') }} as own_implied_clv,
        {{ no_vig_clv('decimal_price', 'own_close_fair_probability', 'close_push_probability') }}
            as own_no_vig_clv,
        {{ points_clv('outcome_name', 'point', 'own_close_point') }} as own_points_clv,
        own_missing_reason
    from valued

)

select * from final
