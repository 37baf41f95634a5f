{{ config(pre_hook='{{ hot_session() }}') }}

with

rules as (

    select * from {{ ref('quality_rules') }}

),

events as (

    select * from {{ known('int_events') }}

),

superseded as (

    select * from {{ ref('int_events_superseded') }}

),

-- a game to come that was listed before and after cannot have been gone in between
empty_responses as (

    select
        responses.response_id,
        responses.sport_key,
        responses.captured_at,
        count(*) as event_count
    from {{ known('int_processed_responses') }} as responses
    inner join events
        on
            responses.sport_key = events.sport_key
            and responses.captured_at > events.first_seen_at
            and responses.captured_at < events.last_seen_at
            and responses.captured_at < events.starts_at
    where
        responses.can_withdraw
        and not responses.is_filtered
        and responses.scope_event_id is null
        and responses.event_count = 0
    group by responses.response_id, responses.sport_key, responses.captured_at

),

twins as (

    select
        later.*,
        earlier.event_id as other_event_id,
        {{ minutes_between('earlier.starts_at', 'later.starts_at') }} as minutes_apart
    from events as later
    inner join events as earlier
        on
            later.sport_key = earlier.sport_key
            and later.home_team = earlier.home_team
            and later.away_team = earlier.away_team
            and (
                later.first_key > earlier.first_key
                or later.first_key = earlier.first_key
                and later.event_id collate "C" > earlier.event_id collate "C"
            )
    inner join rules
        on
            rules.rule_id = 'duplicate_event'
            and abs({{ minutes_between('earlier.starts_at', 'later.starts_at') }})
            <= rules.threshold
    left join superseded
        on earlier.event_id = superseded.event_id or later.event_id = superseded.event_id
    where superseded.event_id is null

),

-- how far back a start was rewritten is counted from the last look that saw none
rewritten as (

    select
        events.event_id,
        events.sport_key,
        events.home_team,
        events.away_team,
        snapshots.commence_time as shown_start_at,
        {{ sequence_time('events.announced_key') }} as still_to_come_at,
        min(snapshots.captured_at) as captured_at
    from events
    inner join {{ known('int_event_snapshots') }} as snapshots
        on events.event_id = snapshots.event_id
    where
        snapshots.is_listed
        and snapshots.is_in_play
        and not {{ is_believed_start(
            'snapshots.commence_time', sequence_time('events.announced_key')
        ) }}
    group by
        events.event_id,
        events.sport_key,
        events.home_team,
        events.away_team,
        events.announced_key,
        snapshots.commence_time

),

final as (

    select
        {{ finding(
            "'empty_response'",
            sport_key='sport_key',
            sample="'no events, while ' || cast(event_count as text) || ' to come were listed before and after'",
            seen_at='captured_at'
        ) }}
    from empty_responses
    union all
    select
        {{ finding(
            "'duplicate_event'",
            sport_key='sport_key',
            event_id='event_id',
            subject='other_event_id',
            sample=game_name('twins') ~ " || ' stands twice, ' || " ~ number_text('abs(minutes_apart)', 0) ~ " || ' minutes apart'",
            seen_at='first_seen_at'
        ) }}
    from twins
    union all
    select
        {{ finding(
            "'start_rewritten_far_back'",
            sport_key='sport_key',
            event_id='event_id',
            sample=game_name('rewritten') ~ " || ' shown as begun at ' || "
            ~ moment_text('shown_start_at') ~ " || ', and as still to come at ' || "
            ~ moment_text('still_to_come_at'),
            seen_at='captured_at'
        ) }}
    from rewritten
    union all
    select
        {{ finding(
            "'event_id_taken_over'",
            sport_key='sport_key',
            event_id='event_id',
            subject="earlier_away_team || ' @ ' || earlier_home_team",
            sample="earlier_away_team || ' @ ' || earlier_home_team || ' stood under the id that is now '"
            ~ " || 'of ' || away_team || ' @ ' || home_team",
            seen_at='last_shown_at'
        ) }}
    from {{ ref('int_ids_taken_over') }}

)

select * from final
