{{ config(materialized='table') }}

with

-- the line most books closed at; where two tie, the one nearest to even money
closing_lines as (

    select
        events.event_id,
        events.sport_key,
        case consensus.market_key when 'spreads' then 'margin' else 'total' end as score_kind,
        case consensus.market_key when 'spreads' then 0 - consensus.point else consensus.point end
            as threshold,
        consensus.fair_probability,
        row_number() over (
            partition by consensus.event_id, consensus.market_key
            order by
                consensus.source_count desc,
                abs(consensus.fair_probability - 0.5) asc,
                consensus.point asc
        ) as line_rank
    from {{ ref('int_consensus_at_moments') }} as consensus
    inner join {{ known('int_events') }} as events
        on consensus.event_id = events.event_id
    where
        consensus.moment = 'close'
        and consensus.method = {{ default_method("'spread'") }}
        and consensus.market_key in ('spreads', 'totals')
        and consensus.outcome_name in (events.home_team, 'Over')

),

-- near even money a bell gives sd * sqrt(2 pi) / 4 points for each unit of the logit
final as (

    select
        closing_lines.event_id,
        closing_lines.sport_key,
        closing_lines.score_kind,
        closing_lines.threshold + priors.standard_deviation * cast(0.6266570687 as double precision)
        * {{ logit('closing_lines.fair_probability') }} as closing_centre,
        case closing_lines.score_kind
            when 'margin' then games.home_score - games.away_score
            else games.home_score + games.away_score
        end as score_value
    from closing_lines
    inner join {{ ref('int_games_decided') }} as games
        on closing_lines.event_id = games.event_id
    inner join {{ ref('score_priors') }} as priors
        on
            closing_lines.sport_key = priors.sport_key
            and closing_lines.score_kind = priors.score_kind
    where closing_lines.line_rank = 1

)

select * from final
