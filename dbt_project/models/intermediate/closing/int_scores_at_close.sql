{{ config(materialized='view') }}

with

-- the line the market closed at, as the first outcome has it
lines as (

    select
        events.event_id,
        events.sport_key,
        {{ score_kind('markets.market_kind', 'markets.period') }} as score_kind,
        {{ threshold('markets', '2', 'closes.point') }} as threshold,
        closes.fair_probability
    from {{ ref('int_reference_closes') }} as closes
    inner join {{ known('int_events') }} as events
        on closes.event_id = events.event_id
    inner join {{ ref('markets') }} as markets
        on closes.market_key = markets.market_key
    where
        closes.main_rank = 1
        and markets.is_featured
        and closes.outcome_name in (events.home_team, 'Over')

),

-- where the curve of scores gives that line the probability it closed at
final as (

    select
        lines.event_id,
        lines.sport_key,
        lines.score_kind,
        curves.centre + curves.centre_step * (lines.fair_probability - curves.fair_probability)
        / (curves.next_fair_probability - curves.fair_probability) as centre,
        curves.centre as curve_centre
    from lines
    inner join {{ ref('int_score_curves') }} as curves
        on
            lines.sport_key = curves.sport_key
            and lines.score_kind = curves.score_kind
            and lines.threshold = curves.threshold
            and curves.is_latest
    where
        lines.fair_probability >= curves.fair_probability
        and lines.fair_probability < curves.next_fair_probability

)

select * from final
