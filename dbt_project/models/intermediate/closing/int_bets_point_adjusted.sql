{{ config(materialized='ephemeral') }}

with

-- a quarter line is two bets of half the stake, at the half points beside it
bets as (

    select
        *,
        floor(2 * threshold) / 2 as lower_threshold,
        ceiling(2 * threshold) / 2 as upper_threshold
    from {{ ref('int_bets_judged') }}
    where unusable_reason is null and score_kind is not null

),

halves as (

    select
        *,
        lower_threshold as half_threshold
    from bets
    union all
    select
        *,
        upper_threshold as half_threshold
    from bets

),

-- read off at the point of the bet
read as (

    select
        halves.bet_id,
        halves.slot,
        halves.decimal_price,
        {{ curve_value('curves', 'above_probability', 'scores.centre') }} as above_probability,
        {{ curve_value('curves', 'at_probability', 'scores.centre') }} as at_probability
    from halves
    inner join {{ ref('int_scores_at_close') }} as scores
        on halves.event_id = scores.event_id and halves.score_kind = scores.score_kind
    inner join {{ ref('int_score_curves') }} as curves
        on
            scores.sport_key = curves.sport_key
            and scores.score_kind = curves.score_kind
            and scores.curve_centre = curves.centre
            and halves.half_threshold = curves.threshold
            and curves.is_latest

),

valued as (

    select
        bet_id,
        case slot
            when 1
                then {{ point_adjusted_clv(
                    'decimal_price', 'above_probability', '(1 - above_probability - at_probability)'
                ) }}
            else {{ point_adjusted_clv(
                'decimal_price', '(1 - above_probability - at_probability)', 'above_probability'
            ) }}
        end as point_adjusted_clv,
        at_probability as push_probability
    from read

),

final as (

    select
        bet_id,
        avg(point_adjusted_clv) as point_adjusted_clv,
        avg(push_probability) as push_probability
    from valued
    group by bet_id
    -- a half that lies outside the curve has no value, nor has the bet
    having count(*) = 2

)

select * from final
