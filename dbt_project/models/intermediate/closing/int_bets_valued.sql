{{
    config(
        indexes=lookup_indexes(['bet_id']),
        pre_hook='{{ without_nested_loops() }}',
    )
}}

with

references_at_bets as (

    select * from {{ ref('int_references_at_bets') }}

),

scores_at_bets as (

    {{ expected_scores_of('references_at_bets') }}

),

scores as (

    select * from {{ ref('int_scores_at_close') }}
    union all
    select * from scores_at_bets

),

-- a quarter line is two bets of half the stake, at the half points beside it
score_bets as (

    select
        *,
        floor(2 * threshold) / 2 as lower_threshold,
        ceiling(2 * threshold) / 2 as upper_threshold
    from {{ ref('int_bets_closed') }}
    where unusable_reason is null and score_kind is not null

),

halves as (

    select
        *,
        lower_threshold as half_threshold
    from score_bets
    union all
    select
        *,
        upper_threshold as half_threshold
    from score_bets

),

-- read off at the point of the bet
read as (

    select
        halves.bet_id,
        halves.convention,
        halves.side_no,
        halves.decimal_price,
        {{ curve_value('curves', 'above_probability', 'scores.centre') }} as above_probability,
        {{ curve_value('curves', 'at_probability', 'scores.centre') }} as at_probability
    from halves
    inner join scores
        on
            halves.event_id = scores.event_id
            and halves.moment = scores.moment
            and halves.score_kind = scores.score_kind
    inner join {{ ref('int_score_curves') }} as curves
        on
            scores.sport_key = curves.sport_key
            and scores.score_kind = curves.score_kind
            and scores.curve_centre = curves.centre
            and halves.half_threshold = curves.threshold
            and curves.is_latest

),

valued_halves as (

    select
        bet_id,
        convention,
        case side_no
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

point_adjusted as (

    select
        bet_id,
        convention,
        avg(point_adjusted_clv) as point_adjusted_clv,
        avg(push_probability) as push_probability
    from valued_halves
    group by bet_id, convention
    -- a half that lies outside the curve has no value, nor has the bet
    having count(*) = 2

),

bets as (

    select
        bets.*,
        coalesce(point_adjusted.push_probability, 0) as close_push_probability,
        point_adjusted.point_adjusted_clv
    from {{ ref('int_bets_closed') }} as bets
    left join point_adjusted
        on bets.bet_id = point_adjusted.bet_id and bets.convention = point_adjusted.convention

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
        convention,
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
