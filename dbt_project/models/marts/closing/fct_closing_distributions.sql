with

scores as (

    select * from {{ ref('int_scores_at_close') }}

),

curves as (

    select * from {{ ref('int_score_curves') }}

),

final as (

    select
        scores.event_id,
        scores.score_kind,
        scores.centre,
        curves.threshold,
        {{ curve_value('curves', 'above_probability', 'scores.centre') }} as above_probability,
        {{ curve_value('curves', 'at_probability', 'scores.centre') }} as at_probability
    from scores
    inner join curves
        on
            scores.sport_key = curves.sport_key
            and scores.score_kind = curves.score_kind
            and scores.curve_centre = curves.centre
            and curves.is_latest

)

select * from final
