{{ config(materialized='view') }}

with

offers as {{ materialized_cte() }} (

    select * from {{ ref('int_offers_bettable') }}

),

prices as {{ materialized_cte() }} (

    select * from {{ ref('int_reference_prices') }}

),

-- the group itself does not count, nor has anyone who shows the same prices under another name
compared as (

    select
        {{ offer_key('offers') | indent(8) }},
        prices.method = 'worst_case' as is_worst_case,
        prices.weight,
        prices.log_odds,
        prices.captured_at,
        prices.sharp_priority
    from offers
    inner join prices
        on
            offers.moment = prices.moment
            and offers.event_id = prices.event_id
            and offers.market_key = prices.market_key
            and offers.outcome_name = prices.outcome_name
            and offers.outcome_description is not distinct from prices.outcome_description
            and offers.point is not distinct from prices.point
    where
        offers.book_group != prices.book_group
        and {{ seen_together('offers.captured_at', 'prices.captured_at') }}

),

averaged as (

    select
        *,
        {{ logistic('log_odds') }} as probability,
        {{ logistic('sum(weight * log_odds) over of_offer / sum(weight) over of_offer') }}
            as mean_probability
    from compared
    window of_offer as (
        partition by {{ offer_key() | indent(12) }}, is_worst_case
    )

),

final as (

    select
        {{ offer_key() | indent(8) }},
        max(case when not is_worst_case then mean_probability end) as fair_probability,
        max(case when is_worst_case then mean_probability end) as worst_case_probability,
        sum(case when not is_worst_case then weight end) as weight,
        cast(count(case when not is_worst_case then 1 end) as integer) as source_count,
        stddev_samp(case when not is_worst_case then probability end) as dispersion,
        {{ reference_error('probability', 'mean_probability') }} as disagreement,
        {{ weight_concentration() }} as weight_concentration,
        min(captured_at) as oldest_captured_at,
        min(sharp_priority) as sharp_priority
    from averaged
    group by {{ offer_key() | indent(8) }}

)

select * from final
