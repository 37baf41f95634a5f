with

events as (

    select * from {{ ref('int_events_labelled') }}

),

closes as (

    select * from {{ ref('int_fair_at_moments') }}
    where moment = 'close' and fair_probability is not null

),

consensus as (

    select * from {{ ref('int_consensus_at_moments') }}
    where moment = 'close'

),

others as (

    select * from {{ ref('int_prices_of_others') }}
    where moment = 'close'

),

final as (

    select
        closes.event_id,
        closes.bookmaker_key,
        closes.market_key,
        closes.outcome_name,
        closes.outcome_description,
        closes.point,
        closes.method,
        closes.decimal_price,
        closes.fair_probability,
        1 / closes.fair_probability as fair_decimal_price,
        closes.overround,
        closes.captured_at,
        closes.moment_at as starts_at,
        consensus.fair_probability as consensus_probability,
        consensus.source_count,
        consensus.dispersion,
        consensus.sharp_bookmaker_key,
        consensus.sharp_probability,
        consensus.sharp_status,
        others.fair_probability as others_probability,
        coalesce(others.source_count, 0) as others_source_count,
        {{ event_labels('events', without=['starts_at']) }}
    from closes
    left join events
        on closes.event_id = events.event_id
    left join consensus
        on {{ same_outcome('closes', 'consensus') }}
    left join {{ ref('bookmakers') }} as books
        on closes.bookmaker_key = books.bookmaker_key
    left join others
        on
            {{ same_outcome('closes', 'others') }}
            and coalesce(books.book_group, closes.bookmaker_key) = others.book_group

)

select * from final
