{{ config(materialized='view') }}

with

rules as (

    select * from {{ ref('alert_rules') }}
    where rule_id = 'missed_close'

),

clock as (

    select * from {{ ref('int_moment_monitored') }}

),

-- nobody could have had the close of a game first seen when it was due
games as (

    select
        events.event_id,
        events.sport_key,
        events.home_team,
        events.away_team,
        events.starts_at
    from {{ known('int_events') }} as events
    cross join clock
    where
        events.starts_at <= clock.as_of
        and events.starts_at > clock.as_of - interval '1 day'
        and events.first_seen_at < events.starts_at - interval '5 minutes'

),

-- what a book or the feed withdrew before the start is their own affair
closes as (

    select
        event_id,
        starts_at,
        count(*) as offered_count,
        count(case when missing_reason in ('fetch_gap', 'stale') then 1 end) as missed_count
    from {{ known('int_closes') }}
    where missing_reason is null or missing_reason in ('fetch_gap', 'stale')
    group by event_id, starts_at

),

quoted as (

    select distinct event_id from {{ known('int_quote_changes') }}
    where event_id in (select games.event_id from games)

),

calls as (

    select
        responses.sport_key,
        responses.requested_at,
        responses.captured_at,
        responses.is_complete
    from {{ known('stg_odds_api__responses') }} as responses
    cross join clock
    where
        responses.endpoint_kind = 'odds'
        and responses.origin = 'live'
        and responses.requested_at > clock.as_of - interval '7 days'

),

asked as (

    select distinct games.event_id
    from games
    inner join calls
        on
            games.sport_key = calls.sport_key
            and games.starts_at > calls.captured_at
    where
        calls.is_complete
        and {{ minutes_between('calls.captured_at', 'games.starts_at') }}
        <= {{ var('closing_max_age_minutes') }}

),

-- what was never quoted has no closes to count: it is missed where nobody asked in time
classified as (

    select
        games.*,
        case
            when closes.event_id is not null
                then closes.missed_count / cast(closes.offered_count as double precision)
            when quoted.event_id is null and asked.event_id is null then 1.0
        end as missed_share
    from games
    left join closes
        on games.event_id = closes.event_id and games.starts_at = closes.starts_at
    left join quoted
        on games.event_id = quoted.event_id
    left join asked
        on games.event_id = asked.event_id
    left join {{ ref('int_events_superseded') }} as superseded
        on games.event_id = superseded.event_id
    where
        superseded.event_id is null
        and games.sport_key in (select calls.sport_key from calls)

),

final as (

    select
        {{ alert(
            "'missed_close'",
            'classified.event_id',
            "'Closing line missed: ' || " ~ game_name('classified'),
            number_text('classified.missed_share * 100', 0) ~ " || ' % of what was offered has no price from shortly before the start at '
            || " ~ moment_text('classified.starts_at') ~ " || '.'",
            'classified.starts_at',
            'classified.missed_share',
            sport_key='classified.sport_key',
            event_id='classified.event_id'
        ) }}
    from classified
    inner join rules
        on classified.missed_share >= rules.threshold

)

select * from final
