with

events as (

    select * from {{ ref('dim_events') }}
    where season is not null

),

final as (

    select
        season,
        sport_key,
        min(game_date) as first_date,
        max(game_date) as last_date,
        cast(count(*) as integer) as event_count
    from events
    group by season, sport_key

)

select * from final
