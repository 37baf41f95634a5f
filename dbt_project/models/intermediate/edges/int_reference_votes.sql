{{ config(materialized='view') }}

with

-- an opinion that nobody has confirmed for so long is none about the price of now
fair as (

    select fair.*
    from {{ ref('int_fair_now') }} as fair
    inner join {{ ref('markets') }} as markets
        on fair.market_key = markets.market_key
    where
        fair.method in ({{ default_method('markets.market_kind') }}, 'worst_case')
        and {{ minutes_between('fair.captured_at', 'fair.moment_at') }}
        <= {{ var('max_leg_age_minutes') }}
        and {{ is_trusted('fair') }}

),

votes as {{ worked_out_once() }} (

    {{ consensus_votes('fair') }}

),

-- which of the references, if any, stands behind a group's vote
sharp_votes as {{ worked_out_once() }} (

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
        votes.event_id,
        votes.market_key,
        votes.outcome_name,
        votes.outcome_description,
        votes.point,
        votes.method,
        votes.book_group,
        votes.weight,
        votes.log_odds,
        votes.captured_at,
        sharp_votes.sharp_priority
    from votes
    left join sharp_votes
        on
            {{ same_outcome('votes', 'sharp_votes') }}
            and votes.book_group = sharp_votes.book_group

)

select * from final
