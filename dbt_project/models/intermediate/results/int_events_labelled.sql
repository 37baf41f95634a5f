{{ config(materialized='view') }}

with

events as (

    select * from {{ known('int_events') }}

),

sports as (

    select * from {{ ref('sports') }}

),

final as (

    select
        events.event_id,
        events.sport_key,
        {{ season(local_date('events.scheduled_start_at', 'sports.time_zone'), 'sports') }}
            as season,
        events.home_team,
        events.away_team,
        events.starts_at
    from events
    left join sports
        on events.sport_key = sports.sport_key

)

select * from final
