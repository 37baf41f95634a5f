{{ config(materialized='ephemeral') }}

with

events as (

    select * from {{ ref('int_events_upcoming') }}

),

changes as (

    select
        changes.*,
        events.as_of,
        row_number() over (
            partition by {{ quote_key('changes') }}
            order by changes.valid_from desc, changes.response_id collate "C" desc
        ) as recency_rank
    from {{ known('int_quote_changes') }} as changes
    inner join events
        on
            changes.event_id = events.event_id
            and changes.valid_from <= events.as_of

),

final as (

    select
        {{ quote_key() }},
        point,
        american_price,
        decimal_price,
        {{ base_market('market_key') }} as base_market_key,
        is_withdrawn,
        is_stale,
        is_in_play,
        valid_from,
        known_at,
        market_updated_at,
        as_of,
        lane,
        response_id
    from changes
    where recency_rank = 1

)

select * from final
