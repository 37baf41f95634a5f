{{ config(materialized='table') }}

with

-- the line most books closed at; where two tie, the one nearest to even money
closing_lines as (

    select
        events.event_id,
        events.sport_key,
        consensus.market_key,
        '*' as bookmaker_key,
        case consensus.market_key when 'spreads' then 'margin' else 'total' end as score_kind,
        case consensus.market_key when 'spreads' then 'spread' else 'total' end as market_kind,
        case consensus.market_key when 'spreads' then 0 - consensus.point else consensus.point end
            as threshold,
        consensus.fair_probability,
        row_number() over (
            partition by consensus.event_id, consensus.market_key
            order by
                consensus.source_count desc,
                {{ nine_digits('abs(consensus.fair_probability - 0.5)') }} asc,
                consensus.point asc
        ) as line_rank
    from {{ ref('int_consensus_at_moments') }} as consensus
    inner join {{ known('int_events') }} as events
        on consensus.event_id = events.event_id
    inner join {{ ref('markets') }} as markets
        on consensus.market_key = markets.market_key
    inner join {{ ref('dim_default_methods') }} as default_methods
        on
            events.sport_key = default_methods.sport_key
            and markets.market_kind = default_methods.market_kind
    where
        consensus.moment = 'close'
        and consensus.method = default_methods.method
        and consensus.market_key in ('spreads', 'totals')
        and consensus.outcome_name in (events.home_team, 'Over')

),

rules as (

    {{ settlement_rules_of('closing_lines') }}

),

-- what the line was on: in soccer the goals of regulation time
scored as (

    select
        closing_lines.*,
        {{ settling_score('home', 'games', 'rules', 'closing_lines.market_kind') }} as home_score,
        {{ settling_score('away', 'games', 'rules', 'closing_lines.market_kind') }} as away_score
    from closing_lines
    inner join {{ ref('int_results_final') }} as games
        on closing_lines.event_id = games.event_id
    inner join rules
        on
            closing_lines.sport_key = rules.sport_key
            and closing_lines.market_key = rules.market_key
    where closing_lines.line_rank = 1

),

-- near even money a bell gives sd * sqrt(2 pi) / 4 points for each unit of the logit
final as (

    select
        scored.event_id,
        scored.sport_key,
        scored.score_kind,
        scored.threshold + priors.standard_deviation * cast(0.6266570687 as double precision)
        * {{ logit('scored.fair_probability') }} as closing_centre,
        case scored.score_kind
            when 'margin' then scored.home_score - scored.away_score
            else scored.home_score + scored.away_score
        end as score_value
    from scored
    inner join {{ ref('score_priors') }} as priors
        on
            scored.sport_key = priors.sport_key
            and scored.score_kind = priors.score_kind
    where scored.home_score is not null and scored.away_score is not null

)

select * from final
