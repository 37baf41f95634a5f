{{ config(materialized='view') }}

with

games as (

    select
        *,
        count(*) over (
            partition by source, sport_key, home_team, away_team, game_date
        ) as games_that_day,
        count(*) over (partition by source, sport_key, team_pair, game_date)
            as games_of_pair_that_day
    from {{ ref('int_results_canonical') }}
    where is_latest

),

superseded as (

    select * from {{ ref('int_events_superseded') }}

),

delisted as (

    select * from {{ ref('int_events_delisted') }}

),

standing as (

    select
        events.*,
        {{ team_pair('events.home_team', 'events.away_team') }} as team_pair,
        case when delisted.event_id is null then 1 else 0 end as stands
    from {{ ref('int_events_canonical') }} as events
    left join superseded
        on events.event_id = superseded.event_id
    left join delisted
        on events.event_id = delisted.event_id
    where superseded.event_id is null

),

events as (

    select
        *,
        sum(stands) over (partition by sport_key, home_team, away_team, game_date)
            as events_that_day,
        sum(stands) over (partition by sport_key, team_pair, game_date)
            as events_of_pair_that_day
    from standing

),

candidates as (

    select
        games.source,
        games.result_game_id,
        events.event_id,
        events.home_team as event_home_team,
        events.is_sighted_in_play,
        games.home_team != events.home_team as is_swapped,
        abs({{ minutes_between('games.starts_at', 'events.scheduled_start_at') }}) as minutes_apart
    from games
    inner join events
        on
            games.sport_key = events.sport_key
            and games.team_pair = events.team_pair
    where
        -- of two games that day, a row without a start may tell the other one
        not (games.is_disputed and events.events_of_pair_that_day < 2)
        and (
            abs({{ minutes_between('games.starts_at', 'events.scheduled_start_at') }})
            <= {{ var('results_match_hours') }} * 60
            -- a date alone names a game only if there is one to name
            or (
                games.starts_at is null
                and games.status != 'postponed'
                and games.game_date = events.game_date
                and events.stands = 1
                and (
                    (
                        games.home_team = events.home_team
                        and events.events_that_day = 1
                        and games.games_that_day = 1
                    )
                    or (
                        events.events_of_pair_that_day = 1
                        and games.games_of_pair_that_day = 1
                    )
                )
            )
        )

),

counted as (

    select
        *,
        count(*) over (partition by result_game_id) as events_of_game,
        count(*) over (partition by source, event_id) as games_of_event
    from candidates

),

-- a row whose sides are the other way round is of that game only if there is nothing to choose
unambiguous as (

    select * from counted
    where not is_swapped or (events_of_game = 1 and games_of_event = 1)

),

final as (

    select
        source,
        result_game_id,
        event_id,
        event_home_team,
        is_sighted_in_play,
        is_swapped,
        minutes_apart,
        row_number() over (
            order by
                case when is_sighted_in_play then 0 else 1 end,
                minutes_apart nulls last,
                event_id collate "C",
                result_game_id collate "C"
        ) as pair_rank
    from unambiguous

)

select * from final
