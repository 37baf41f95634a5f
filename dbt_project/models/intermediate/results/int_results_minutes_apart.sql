{{ config(materialized='view') }}

with

games as (

    select * from {{ ref('int_results_canonical') }}
    where is_latest or is_contradicted

),

events as (

    select
        *,
        {{ team_pair('home_team', 'away_team') }} as team_pair
    from {{ ref('int_events_canonical') }}

),

final as (

    select
        games.result_game_id,
        events.event_id,
        games.home_team != events.home_team as is_swapped,
        games.is_contradicted,
        games.game_date = events.game_date as is_same_day,
        abs({{ minutes_between('games.starts_at', 'events.scheduled_start_at') }}) as minutes_apart
    from games
    inner join events
        on
            games.sport_key = events.sport_key
            and games.team_pair = events.team_pair

)

select * from final
