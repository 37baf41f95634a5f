{{ config(materialized='ephemeral') }}

with

-- nobody could take a stale price: what is fresh again compares with what was fresh before
changes as (

    select
        {{ quote_key('changes') }},
        events.sport_key,
        changes.point,
        changes.american_price,
        changes.decimal_price,
        changes.valid_from,
        changes.known_at,
        changes.response_id
    from {{ ref('int_quote_changes') }} as changes
    inner join {{ ref('int_events') }} as events
        on changes.event_id = events.event_id and changes.valid_from < events.starts_at
    cross join {{ ref('stg_run__clock') }} as clock
    where
        not changes.is_resighting
        and not changes.is_stale
        and changes.valid_from <= clock.as_of
        and changes.market_key not like '%\_lay' escape '\'

),

-- a tombstone has no price: what comes back after it is a new offer, with nothing before it
final as (

    select
        *,
        lag(point) over quote_history as previous_point,
        lag(american_price) over quote_history as previous_american_price,
        lag(decimal_price) over quote_history as previous_decimal_price,
        lag(valid_from) over quote_history as previous_valid_from
    from changes
    window quote_history as (
        partition by {{ quote_key() }}
        order by valid_from, response_id collate "C"
    )

)

select * from final
