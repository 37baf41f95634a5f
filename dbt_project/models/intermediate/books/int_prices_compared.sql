{{ config(materialized='ephemeral') }}

with

-- what the books ask and what it is worth by the method default for the market
fair as (

    select
        fair.*,
        events.sport_key,
        count(*) over board as bookmaker_count,
        max(fair.decimal_price) over board as best_decimal_price
    from {{ ref('int_fair_at_moments') }} as fair
    inner join {{ known('int_events') }} as events
        on fair.event_id = events.event_id
    inner join {{ ref('markets') }} as markets
        on fair.market_key = markets.market_key
    where fair.method = {{ default_method('markets.market_kind') }}
    window board as (
        partition by
            fair.event_id,
            fair.market_key,
            fair.outcome_name,
            fair.outcome_description,
            fair.point,
            fair.moment
    )

),

consensus as (

    select * from {{ ref('int_consensus_at_moments') }}

),

final as (

    select
        fair.sport_key,
        fair.market_key,
        fair.bookmaker_key,
        fair.moment,
        fair.event_id,
        fair.slot,
        {{ implied_probability('fair.decimal_price') }} as implied_probability,
        fair.fair_probability,
        fair.overround,
        {{ hold('1 + fair.overround') }} as hold,
        fair.fair_probability - consensus.fair_probability as fair_difference,
        -- a book alone at its point is neither the best nor worse than another
        case
            when fair.bookmaker_count > 1 and fair.decimal_price = fair.best_decimal_price then 1
            when fair.bookmaker_count > 1 then 0
        end as is_best
    from fair
    left join consensus
        on {{ same_outcome('fair', 'consensus') }}

)

select * from final
