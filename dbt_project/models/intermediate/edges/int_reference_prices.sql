{{ config(materialized='view') }}

with

opinions as (

    select
        fair.*,
        max(fair.captured_at) over (
            partition by fair.moment, fair.event_id, {{ line_market('fair.market_key') }}
        ) as last_look_at
    from {{ ref('int_fair_standing') }} as fair
    inner join {{ known('int_events') }} as events
        on fair.event_id = events.event_id
    inner join {{ ref('markets') }} as markets
        on fair.market_key = markets.market_key
    inner join {{ ref('dim_default_methods') }} as default_methods
        on
            events.sport_key = default_methods.sport_key
            and markets.market_kind = default_methods.market_kind
    where
        fair.method in (default_methods.method, 'worst_case')
        -- what was found out since says nothing of a moment that is past
        and (fair.moment != 'now' or {{ is_trusted('fair') }})

),

-- an opinion that the last look did not confirm is none about the prices it showed
fair as (

    select * from opinions
    where {{ seen_together('captured_at', 'last_look_at') }}

),

prices as {{ materialized_cte() }} (

    {{ consensus_references('fair') }}

),

-- which of the references, if any, stands behind a group's price
sharp_references as {{ materialized_cte() }} (

    select
        {{ consensus_key('fair') }},
        books.book_group,
        min(sharp_references.priority) as sharp_priority
    from fair
    inner join {{ ref('bookmakers') }} as books
        on fair.bookmaker_key = books.bookmaker_key
    inner join {{ ref('sharp_references') }} as sharp_references
        on fair.bookmaker_key = sharp_references.bookmaker_key
    where fair.fair_probability is not null
    group by {{ consensus_key('fair') }}, books.book_group

),

final as (

    select
        prices.moment,
        prices.event_id,
        prices.market_key,
        prices.outcome_name,
        prices.outcome_description,
        prices.point,
        prices.method,
        prices.book_group,
        prices.weight,
        prices.log_odds,
        prices.captured_at,
        sharp_references.sharp_priority
    from prices
    left join sharp_references
        on
            {{ same_outcome('prices', 'sharp_references') }}
            and prices.book_group = sharp_references.book_group

)

select * from final
