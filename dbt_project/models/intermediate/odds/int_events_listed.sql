{{ config(materialized='ephemeral') }}

with

final as (

    select
        event_id,
        response_seq,
        max(sport_key) as sport_key,
        max(commence_time) as commence_time,
        max(home_team) as home_team,
        max(away_team) as away_team
    from {{ ref('int_odds_parsed') }}
    where bookmaker_key is null and commence_time is not null
    group by event_id, response_seq

)

select * from final
