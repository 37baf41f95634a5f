{{ config(materialized='view') }}

with

games as (

    select
        *,
        count(*) over (
            partition by source, sport_key, home_team, away_team, game_date
        ) as games_that_day
    from {{ ref('int_results_named') }}
    where is_latest

),

superseded as (

    select * from {{ ref('int_events_superseded') }}

),

dropped as (

    select * from {{ ref('int_events_dropped') }}

),

events as (

    select
        events.*,
        dropped.event_id is null as is_standing,
        sum(case when dropped.event_id is null then 1 else 0 end) over (
            partition by events.sport_key, events.home_team, events.away_team, events.game_date
        ) as events_that_day
    from {{ ref('int_events_named') }} as events
    left join superseded
        on events.event_id = superseded.event_id
    left join dropped
        on events.event_id = dropped.event_id
    where superseded.event_id is null

),

candidates as (

    select
        games.source,
        games.result_game_id,
        events.event_id,
        events.is_sighted_in_play,
        abs({{ minutes_between('games.starts_at', 'events.scheduled_start_at') }}) as minutes_apart
    from games
    inner join events
        on
            games.sport_key = events.sport_key
            and games.home_team = events.home_team
            and games.away_team = events.away_team
    where
        abs({{ minutes_between('games.starts_at', 'events.scheduled_start_at') }})
        <= {{ var('results_match_hours') }} * 60
        -- a date alone names a game only if there is one to name
        or (
            games.starts_at is null
            and games.status != 'postponed'
            and games.game_date = events.game_date
            and events.is_standing
            and events.events_that_day = 1
            and games.games_that_day = 1
        )

),

final as (

    select
        *,
        row_number() over (
            order by
                case when is_sighted_in_play then 0 else 1 end,
                minutes_apart nulls last,
                event_id collate "C",
                result_game_id collate "C"
        ) as pair_rank
    from candidates

)

select * from final
