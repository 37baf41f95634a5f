{{ config(materialized='view') }}

with

votes as {{ worked_out_once() }} (

    select
        votes.moment,
        votes.event_id,
        events.sport_key,
        distributions.distribution_source,
        {{ score_kind('markets.market_kind', 'markets.period') }} as score_kind,
        case when votes.method = 'worst_case' then 'worst_case' else 'default' end as method,
        votes.book_group,
        votes.weight,
        votes.captured_at,
        votes.sharp_priority,
        case when votes.outcome_name in (events.home_team, 'Over') then 1 else 2 end as slot,
        case
            when votes.outcome_name = events.home_team then 0 - votes.point
            else votes.point
        end as threshold,
        case
            when votes.outcome_name in (events.home_team, 'Over')
                then {{ logistic('votes.log_odds') }}
            else 1 - {{ logistic('votes.log_odds') }}
        end as first_probability,
        max(votes.captured_at) over (
            partition by
                votes.moment,
                votes.event_id,
                {{ score_kind('markets.market_kind', 'markets.period') }}
        ) as last_look_at
    from {{ ref('int_reference_votes') }} as votes
    inner join {{ known('int_events') }} as events
        on votes.event_id = events.event_id
    inner join {{ ref('markets') }} as markets
        on votes.market_key = markets.market_key
    -- games that ended since have moved the latest distribution: a past moment has the prior
    inner join {{ ref('int_score_distributions') }} as distributions
        on
            events.sport_key = distributions.sport_key
            and distributions.score_kind = {{ score_kind('markets.market_kind', 'markets.period') }}
            and case
                when votes.moment = 'now' then distributions.is_latest
                else distributions.distribution_source = 'prior'
            end
    -- the main lines: of a ladder only the middle says where the centre is
    where not markets.has_many_lines

),

-- the centre at which the curve gives the line the probability it is given
centred as (

    select
        votes.*,
        curves.centre + curves.centre_step
        * (votes.first_probability - curves.fair_probability)
        / (curves.next_fair_probability - curves.fair_probability) as centre
    from votes
    inner join {{ ref('int_score_curves') }} as curves
        on
            votes.sport_key = curves.sport_key
            and votes.score_kind = curves.score_kind
            and votes.distribution_source = curves.distribution_source
            and votes.threshold = curves.threshold
    where
        -- moneylines and spreads speak of one margin where one look showed them
        {{ seen_together('votes.captured_at', 'votes.last_look_at') }}
        and votes.first_probability >= curves.fair_probability
        and votes.first_probability < curves.next_fair_probability

),

final as (

    select
        moment,
        event_id,
        sport_key,
        score_kind,
        distribution_source,
        method,
        slot,
        book_group,
        max(weight) as weight,
        avg(centre) as centre,
        min(captured_at) as captured_at,
        min(sharp_priority) as sharp_priority
    from centred
    group by
        moment,
        event_id,
        sport_key,
        score_kind,
        distribution_source,
        method,
        slot,
        book_group

)

select * from final
