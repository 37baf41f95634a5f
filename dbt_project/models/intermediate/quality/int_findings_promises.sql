{{ config(materialized='ephemeral') }}

with

clock as (

    select * from {{ ref('stg_run__clock') }}

),

-- an event the feed has dropped cannot be captured
tiers as (

    select
        *,
        promised_count - held_count - unlisted_count as missing_count
    from {{ ref('int_tier_promises') }}

),

-- what a book withdrew before the start is its own affair
closes as (

    select
        closes.event_id,
        closes.missing_reason,
        events.sport_key,
        events.starts_at,
        count(*) as outcome_count,
        count(distinct closes.bookmaker_key) as book_count
    from {{ known('int_closes') }} as closes
    inner join {{ known('int_events') }} as events
        on closes.event_id = events.event_id and closes.starts_at = events.starts_at
    cross join clock
    where closes.missing_reason in ('fetch_gap', 'stale') and events.starts_at <= clock.as_of
    group by
        closes.event_id,
        closes.missing_reason,
        events.sport_key,
        events.starts_at

),

final as (

    select
        {{ finding(
            "'missing_tier'",
            sport_key='sport_key',
            event_id='event_id',
            subject='tier',
            sample="cast(missing_count as text) || ' of ' || cast(promised_count as text) || ' snapshots missing'",
            times='missing_count',
            seen_at='window_until'
        ) }}
    from tiers
    where missing_count > 0
    union all
    select
        {{ finding(
            "'missing_close'",
            sport_key='sport_key',
            event_id='event_id',
            subject='missing_reason',
            sample="cast(outcome_count as text) || ' outcomes at ' || cast(book_count as text) || ' books'",
            times='outcome_count',
            seen_at='starts_at'
        ) }}
    from closes

)

select * from final
