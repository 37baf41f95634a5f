with

-- an event the feed lists no more cannot be captured
tiers as (

    select
        *,
        expected_count - held_count - unlisted_count as missing_count
    from {{ ref('int_expected_snapshots') }}

),

closes as (

    select
        events.sport_key,
        events.event_id,
        events.starts_at,
        closes.bookmaker_key,
        closes.missing_reason
    from {{ known('int_closes') }} as closes
    inner join {{ known('int_events') }} as events
        on closes.event_id = events.event_id and closes.starts_at = events.starts_at
    cross join {{ ref('stg_run__clock') }} as clock
    where events.starts_at <= clock.as_of

),

-- what a book withdrew before the start is its own affair
missing_closes as (

    select
        sport_key,
        event_id,
        starts_at,
        missing_reason,
        count(*) as outcome_count,
        count(distinct bookmaker_key) as book_count
    from closes
    where missing_reason in ('fetch_gap', 'stale')
    group by sport_key, event_id, starts_at, missing_reason

),

without_sharp as (

    select
        closes.sport_key,
        closes.event_id,
        closes.starts_at,
        count(distinct closes.bookmaker_key) as book_count
    from closes
    left join {{ ref('sharp_references') }} as sharp_references
        on closes.bookmaker_key = sharp_references.bookmaker_key
    group by closes.sport_key, closes.event_id, closes.starts_at
    having count(sharp_references.bookmaker_key) = 0

),

never_seen as (

    select
        sport_key,
        bookmaker_key,
        min(starts_at) as seen_at,
        count(*) as event_count
    from {{ ref('int_expected_quotes') }}
    where is_requested and outcome = 'never_seen'
    group by sport_key, bookmaker_key

),

final as (

    select
        {{ finding(
            "'missing_tier'",
            sport_key='sport_key',
            event_id='event_id',
            subject='tier',
            sample="cast(missing_count as text) || ' of ' || cast(expected_count as text) || ' snapshots missing'",
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
    from missing_closes
    union all
    select
        {{ finding(
            "'sharp_missing'",
            sport_key='sport_key',
            event_id='event_id',
            sample="cast(book_count as text) || ' books, none of them sharp'",
            seen_at='starts_at'
        ) }}
    from without_sharp
    union all
    select
        {{ finding(
            "'book_never_seen'",
            sport_key='sport_key',
            bookmaker_key='bookmaker_key',
            sample="'on none of ' || cast(event_count as text) || ' games'",
            times='event_count',
            seen_at='seen_at'
        ) }}
    from never_seen

)

select * from final
