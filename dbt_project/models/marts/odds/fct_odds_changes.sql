with

events as (

    select * from {{ ref('int_events_labelled') }}

),

changes as (

    -- a quote that only another kind of request showed again has not changed
    select * from {{ known('int_quote_changes') }}
    where not is_reshown

),

standing as (

    select
        *,
        lead(valid_from) over (
            partition by {{ quote_key() }}
            order by valid_from, response_id collate "C"
        ) as valid_to
    from changes

),

final as (

    select
        {{ quote_key('standing') }},
        standing.point,
        standing.american_price,
        standing.decimal_price,
        standing.valid_from,
        standing.valid_to,
        standing.previous_seen_at,
        standing.known_at,
        standing.market_updated_at,
        standing.is_withdrawn,
        standing.is_stale,
        standing.is_in_play,
        standing.is_aged_out,
        standing.response_id,
        {{ event_labels('events') }}
    from standing
    left join events
        on standing.event_id = events.event_id

)

select * from final
