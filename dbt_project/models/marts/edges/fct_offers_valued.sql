with

offers as (

    select * from {{ ref('int_offers_valued') }}
    where moment = 'now'
    union all
    select * from {{ ref('int_offers_valued_then') }}

),

final as (

    select
        event_id,
        bookmaker_key,
        market_key,
        outcome_name,
        outcome_description,
        point,
        sport_key,
        moment,
        moment_at,
        american_price,
        decimal_price,
        net_decimal_price,
        captured_at,
        age_minutes,
        fair_probability,
        worst_case_probability,
        push_probability,
        ev_default,
        ev_worst_case,
        ev_error,
        ev_default > {{ var('min_ev') }} and ev_default <= {{ var('max_roi') }} as is_edge,
        kelly_fraction,
        kelly_worst_case,
        is_point_adjusted,
        point_adjusted_ev,
        distribution_source,
        source_count as reference_count,
        dispersion,
        oldest_captured_at as reference_captured_at,
        sharp_priority
    from offers

)

select * from final
