{{ config(materialized='view') }}

with

pairs as {{ materialized_cte() }} (

    select * from {{ ref('int_middle_pairs') }}
    where rejection_reason is null

),

scores as {{ materialized_cte() }} (

    select * from {{ ref('int_reference_scores') }}
    where moment = 'now' and method = 'default' and side_no = 1

),

-- what the books that are in neither leg expect
expected as (

    select
        pairs.event_id,
        pairs.score_kind,
        pairs.book_group_1,
        pairs.book_group_2,
        pairs.last_captured_at,
        sum(scores.weight * scores.centre) / sum(scores.weight) as centre,
        cast(count(*) as integer) as source_count
    from (
        select distinct
            event_id,
            score_kind,
            book_group_1,
            book_group_2,
            last_captured_at
        from pairs
    ) as pairs
    inner join scores
        on pairs.event_id = scores.event_id and pairs.score_kind = scores.score_kind
    where
        scores.book_group not in (pairs.book_group_1, pairs.book_group_2)
        and {{ seen_together('scores.captured_at', 'pairs.last_captured_at') }}
    group by
        pairs.event_id,
        pairs.score_kind,
        pairs.book_group_1,
        pairs.book_group_2,
        pairs.last_captured_at

),

placed as {{ materialized_cte() }} (

    select
        pairs.*,
        expected.centre,
        expected.source_count,
        distributions.distribution_source,
        {{ curve_centre('expected.centre', 'distributions.centre_step') }} as curve_centre
    from pairs
    left join expected
        on
            pairs.event_id = expected.event_id
            and pairs.score_kind = expected.score_kind
            and pairs.book_group_1 = expected.book_group_1
            and pairs.book_group_2 = expected.book_group_2
            and pairs.last_captured_at = expected.last_captured_at
    left join {{ ref('int_score_distributions') }} as distributions
        on
            pairs.sport_key = distributions.sport_key
            and pairs.score_kind = distributions.score_kind
            and distributions.is_latest

),

-- where the score lands: on the first line, between the two, or on the second
landed as (

    select
        placed.*,
        {{ curve_value('first_curves', 'at_probability', 'placed.centre') }}
            as push_1_probability,
        {{ curve_value('second_curves', 'at_probability', 'placed.centre') }}
            as push_2_probability,
        {{ curve_value('first_curves', 'above_probability', 'placed.centre') }}
        - {{ curve_value('second_curves', 'above_probability', 'placed.centre') }}
        - {{ curve_value('second_curves', 'at_probability', 'placed.centre') }}
            as middle_probability
    from placed
    left join {{ ref('int_score_curves') }} as first_curves
        on
            placed.sport_key = first_curves.sport_key
            and placed.score_kind = first_curves.score_kind
            and placed.distribution_source = first_curves.distribution_source
            and placed.threshold_1 = first_curves.threshold
            and placed.curve_centre = first_curves.centre
    left join {{ ref('int_score_curves') }} as second_curves
        on
            placed.sport_key = second_curves.sport_key
            and placed.score_kind = second_curves.score_kind
            and placed.distribution_source = second_curves.distribution_source
            and placed.threshold_2 = second_curves.threshold
            and placed.curve_centre = second_curves.centre

),

-- stakes that pay the same: either leg pays 1 / implied_sum of all that is staked
final as (

    select
        *,
        1 / net_decimal_price_1 / implied_sum as stake_share_1,
        1 / net_decimal_price_2 / implied_sum as stake_share_2,
        implied_sum - 1 as break_even_probability,
        missed_roi
        + middle_probability / implied_sum
        + push_1_probability / net_decimal_price_1 / implied_sum
        + push_2_probability / net_decimal_price_2 / implied_sum as expected_roi
    from landed

)

select * from final
