{{ config(materialized='view') }}

with

offers as {{ materialized_cte() }} (

    select * from {{ ref('int_offers_bettable') }}
    where score_kind is not null

),

distributions as (

    select * from {{ ref('int_score_distributions') }}

),

expected as {{ materialized_cte() }} (

    select * from {{ ref('int_scores_expected') }}

),

placed as {{ materialized_cte() }} (

    select
        {{ offer_key('offers') | indent(8) }},
        offers.side_no,
        offers.threshold,
        expected.sport_key,
        expected.score_kind,
        expected.centre,
        expected.worst_case_centre,
        expected.dispersion,
        expected.disagreement,
        expected.weight_concentration,
        expected.weight,
        expected.source_count,
        expected.oldest_captured_at,
        expected.sharp_priority,
        {{ curve_centre('expected.centre', 'distributions.centre_step') }} as curve_centre,
        {{ curve_centre('expected.worst_case_centre', 'distributions.centre_step') }}
            as worst_case_curve_centre,
        distributions.distribution_source
    from offers
    inner join expected
        on
            offers.moment = expected.moment
            and offers.event_id = expected.event_id
            and offers.score_kind = expected.score_kind
            and offers.side_no = expected.side_no
            and offers.book_group = expected.book_group
            and {{ seen_together('offers.captured_at', 'expected.oldest_captured_at') }}
    inner join distributions
        on
            expected.sport_key = distributions.sport_key
            and expected.score_kind = distributions.score_kind
            and expected.distribution_source = distributions.distribution_source

),

-- read off at the point of the offer
read as (

    select
        placed.*,
        {{ curve_value('curves', 'fair_probability', 'placed.centre') }} as first_probability,
        {{ curve_value('worst_case_curves', 'fair_probability', 'placed.worst_case_centre') }}
            as worst_case_first_probability,
        {{ curve_value('curves', 'at_probability', 'placed.centre') }} as push_probability,
        (curves.next_fair_probability - curves.fair_probability) / curves.centre_step
            as probability_per_point
    from placed
    -- not through a CTE: each offer looks its two rows up by the index
    inner join {{ ref('int_score_curves') }} as curves
        on
            placed.sport_key = curves.sport_key
            and placed.score_kind = curves.score_kind
            and placed.distribution_source = curves.distribution_source
            and placed.threshold = curves.threshold
            and placed.curve_centre = curves.centre
    inner join {{ ref('int_score_curves') }} as worst_case_curves
        on
            placed.sport_key = worst_case_curves.sport_key
            and placed.score_kind = worst_case_curves.score_kind
            and placed.distribution_source = worst_case_curves.distribution_source
            and placed.threshold = worst_case_curves.threshold
            and placed.worst_case_curve_centre = worst_case_curves.centre

),

final as (

    select
        {{ offer_key() | indent(8) }},
        case side_no when 1 then first_probability else 1 - first_probability end
            as fair_probability,
        case side_no
            when 1 then worst_case_first_probability
            else 1 - worst_case_first_probability
        end as worst_case_probability,
        push_probability,
        dispersion * probability_per_point as dispersion,
        disagreement * probability_per_point as disagreement,
        weight_concentration,
        weight,
        source_count,
        oldest_captured_at,
        sharp_priority,
        centre,
        distribution_source
    from read

)

select * from final
