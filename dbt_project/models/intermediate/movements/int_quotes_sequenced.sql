{{ config(materialized='ephemeral') }}

with

changes as (

    select
        {{ quote_key('changes') }},
        events.sport_key,
        changes.point,
        changes.american_price,
        changes.decimal_price,
        changes.valid_from,
        changes.known_at,
        changes.response_id,
        changes.is_stale,
        -- a price was last seen by the look before the one that showed another
        lead(changes.previous_seen_at) over (
            partition by {{ quote_key('changes') }}
            order by changes.valid_from, changes.response_id collate "C"
        ) as last_seen_at
    from {{ known('int_quote_changes') }} as changes
    inner join {{ known('int_events') }} as events
        on changes.event_id = events.event_id and changes.valid_from < events.starts_at
    cross join {{ ref('stg_run__clock') }} as clock
    where
        not changes.is_reshown
        and changes.valid_from <= clock.as_of
        and changes.market_key not like '%\_lay' escape '\'

),

-- nobody could take a stale price: what is fresh again compares with what was fresh before
fresh as (

    select * from changes
    where not is_stale

),

-- a tombstone has no price: what comes back after it is a new offer, with nothing before it
final as (

    select
        {{ quote_key() }},
        sport_key,
        point,
        american_price,
        decimal_price,
        valid_from,
        known_at,
        response_id,
        lag(point) over quote_history as previous_point,
        lag(american_price) over quote_history as previous_american_price,
        lag(decimal_price) over quote_history as previous_decimal_price,
        lag(last_seen_at) over quote_history as previous_seen_at
    from fresh
    window quote_history as (
        partition by {{ quote_key() }}
        order by valid_from, response_id collate "C"
    )

)

select * from final
