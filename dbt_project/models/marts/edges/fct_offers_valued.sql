with

events as (

    select * from {{ ref('int_events_labelled') }}

),

offers as (

    select * from {{ ref('int_offers_valued') }}
    where moment = 'now'
    union all
    select * from {{ ref('int_offers_valued_then') }}

),

final as (

    select
        offers.event_id,
        offers.bookmaker_key,
        offers.market_key,
        offers.outcome_name,
        offers.outcome_description,
        offers.point,
        offers.sport_key,
        offers.moment,
        offers.moment_at,
        offers.american_price,
        offers.decimal_price,
        offers.net_decimal_price,
        offers.captured_at,
        offers.age_minutes,
        offers.fair_probability,
        offers.worst_case_probability,
        offers.push_probability,
        offers.ev_default,
        offers.ev_worst_case,
        offers.ev_error,
        offers.ev_default > {{ var('min_ev') }}
        and offers.ev_default <= {{ var('max_roi') }} as is_edge,
        offers.kelly_fraction,
        offers.kelly_worst_case,
        offers.is_point_adjusted,
        offers.point_adjusted_ev,
        offers.distribution_source,
        offers.source_count as reference_count,
        offers.dispersion,
        offers.oldest_captured_at as reference_captured_at,
        offers.sharp_priority,
        {{ event_labels('events', without=['sport_key']) }}
    from offers
    left join events
        on offers.event_id = events.event_id

)

select * from final
