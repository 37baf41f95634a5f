{{ config(materialized='view') }}

with

prices as {{ materialized_cte() }} (

    select
        prices.moment,
        prices.event_id,
        events.sport_key,
        distributions.distribution_source,
        {{ score_kind('markets.market_kind', 'markets.period') }} as score_kind,
        case when prices.method = 'worst_case' then 'worst_case' else 'default' end as method,
        prices.book_group,
        prices.weight,
        prices.captured_at,
        prices.sharp_priority,
        case when prices.outcome_name in (events.home_team, 'Over') then 1 else 2 end as side_no,
        case
            when prices.outcome_name = events.home_team then 0 - prices.point
            else prices.point
        end as threshold,
        case
            when prices.outcome_name in (events.home_team, 'Over')
                then {{ logistic('prices.log_odds') }}
            else 1 - {{ logistic('prices.log_odds') }}
        end as first_probability,
        max(prices.captured_at) over (
            partition by
                prices.moment,
                prices.event_id,
                {{ score_kind('markets.market_kind', 'markets.period') }}
        ) as last_look_at
    from {{ ref('int_reference_prices') }} as prices
    inner join {{ known('int_events') }} as events
        on prices.event_id = events.event_id
    inner join {{ ref('markets') }} as markets
        on prices.market_key = markets.market_key
    -- games that ended since have moved the latest distribution: a past moment has the prior
    inner join {{ ref('int_score_distributions') }} as distributions
        on
            events.sport_key = distributions.sport_key
            and distributions.score_kind = {{ score_kind('markets.market_kind', 'markets.period') }}
            and case
                when prices.moment = 'now' then distributions.is_latest
                else distributions.distribution_source = 'prior'
            end
    -- the main lines: of alternate lines only the middle says where the centre is
    where not markets.has_many_lines

),

-- the centre at which the curve gives the line the probability it is given
centred as (

    select
        prices.*,
        curves.centre + curves.centre_step
        * (prices.first_probability - curves.fair_probability)
        / (curves.next_fair_probability - curves.fair_probability) as centre
    from prices
    inner join {{ ref('int_score_curves') }} as curves
        on
            prices.sport_key = curves.sport_key
            and prices.score_kind = curves.score_kind
            and prices.distribution_source = curves.distribution_source
            and prices.threshold = curves.threshold
    where
        -- moneylines and spreads speak of one margin where one look showed them
        {{ seen_together('prices.captured_at', 'prices.last_look_at') }}
        and prices.first_probability >= curves.fair_probability
        and prices.first_probability < curves.next_fair_probability

),

final as (

    select
        moment,
        event_id,
        sport_key,
        score_kind,
        distribution_source,
        method,
        side_no,
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
        side_no,
        book_group

)

select * from final
