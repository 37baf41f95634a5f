{{ config(materialized='view') }}

with

offers as {{ worked_out_once() }} (

    select * from {{ ref('int_offers_bettable') }}

),

votes as {{ worked_out_once() }} (

    select * from {{ ref('int_reference_votes') }}

),

-- whoever is judged has no vote, nor has anyone who shows the same prices under another name
judged as (

    select
        {{ offer_key('offers') | indent(8) }},
        votes.method = 'worst_case' as is_worst_case,
        votes.weight,
        votes.log_odds,
        votes.captured_at,
        votes.sharp_priority
    from offers
    inner join votes
        on
            offers.moment = votes.moment
            and offers.event_id = votes.event_id
            and offers.market_key = votes.market_key
            and offers.outcome_name = votes.outcome_name
            and offers.outcome_description is not distinct from votes.outcome_description
            and offers.point is not distinct from votes.point
    where
        offers.book_group != votes.book_group
        and {{ seen_together('offers.captured_at', 'votes.captured_at') }}

),

averaged as (

    select
        *,
        {{ logistic('log_odds') }} as probability,
        {{ logistic('sum(weight * log_odds) over offer_votes / sum(weight) over offer_votes') }}
            as mean_probability
    from judged
    window offer_votes as (
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
        {{ vote_error('probability', 'mean_probability') }} as disagreement,
        {{ vote_concentration() }} as vote_concentration,
        min(captured_at) as oldest_captured_at,
        min(sharp_priority) as sharp_priority
    from averaged
    group by {{ offer_key() | indent(8) }}

)

select * from final
