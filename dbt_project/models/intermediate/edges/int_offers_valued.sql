{{ config(materialized='view') }}

{%- set reference_columns = [
    'fair_probability',
    'worst_case_probability',
    'source_count',
    'dispersion',
    'disagreement',
    'weight_concentration',
    'oldest_captured_at',
    'sharp_priority',
] %}

with

offers as {{ materialized_cte() }} (

    select * from {{ ref('int_offers_bettable') }}

),

same_point as {{ materialized_cte() }} (

    select * from {{ ref('int_offers_referenced') }}

),

adjusted as {{ materialized_cte() }} (

    select * from {{ ref('int_offers_point_adjusted') }}

),

-- the others are read at the offer's own point where half of their weight stands there
compared as (

    select
        offers.*,
        {%- for column in reference_columns %}
        same_point.{{ column }} as same_point_{{ column }},
        adjusted.{{ column }} as adjusted_{{ column }},
        {%- endfor %}
        coalesce(adjusted.push_probability, 0) as push_probability,
        adjusted.distribution_source,
        {{ nine_digits('coalesce(adjusted.weight, 0)') }}
        > {{ nine_digits('2 * coalesce(same_point.weight, 0)') }} as is_point_adjusted
    from offers
    left join same_point
        on {{ same_offer('offers', 'same_point') }}
    left join adjusted
        on {{ same_offer('offers', 'adjusted') }}
    where coalesce(same_point.fair_probability, adjusted.fair_probability) is not null

),

chosen as (

    select
        {%- for column in reference_columns %}
        case when is_point_adjusted then adjusted_{{ column }} else same_point_{{ column }} end
            as {{ column }},
        {%- endfor %}
        *
    from compared

),

-- two standard errors of the reference, and what the least of the methods would take off
errors as (

    select
        *,
        (1 - push_probability) * net_decimal_price * (
            fair_probability - worst_case_probability
            + 2 * sqrt(
                power(disagreement, 2)
                + power({{ var('reference_error') }} * weight_concentration, 2)
            )
        ) as ev_error
    from chosen

),

-- a push gives the stake back, so nothing is won or lost on that share
final as (

    select
        {{ offer_key() | indent(8) }},
        moment_at,
        sport_key,
        american_price,
        decimal_price,
        net_decimal_price,
        captured_at,
        age_minutes,
        fair_probability,
        worst_case_probability,
        push_probability,
        (1 - push_probability) * {{ expected_value('fair_probability', 'net_decimal_price') }}
            as ev_default,
        (1 - push_probability)
        * {{ expected_value('worst_case_probability', 'net_decimal_price') }} as ev_worst_case,
        (1 - push_probability)
        * {{ expected_value('adjusted_fair_probability', 'net_decimal_price') }}
            as point_adjusted_ev,
        ev_error,
        {{ kelly_fraction(
            'fair_probability * (1 - push_probability)', 'push_probability', 'net_decimal_price'
        ) }} as kelly_fraction,
        {{ kelly_fraction(
            'worst_case_probability * (1 - push_probability)',
            'push_probability',
            'net_decimal_price'
        ) }} as kelly_worst_case,
        is_point_adjusted,
        distribution_source,
        source_count,
        dispersion,
        oldest_captured_at,
        sharp_priority
    from errors

)

select * from final
