with

clock as (

    select * from {{ ref('stg_run__clock') }}

),

-- what sports did years ago says little of now
begun as (

    select
        events.sport_key,
        {{ minutes_between('events.observed_start_at', 'events.scheduled_start_at') }}
            as early_minutes
    from {{ known('int_events') }} as events
    cross join clock
    where
        events.observed_start_at is not null
        and events.starts_at <= clock.as_of
        and events.starts_at > clock.as_of - interval '400 days'

),

measured as (

    select
        sport_key,
        count(*) as game_count,
        count(case when early_minutes >= {{ var('close_lead_minutes') }} then 1 end)
            as early_game_count,
        percentile_disc(0.95) within group (order by early_minutes) as early_minutes
    from begun
    group by sport_key

),

-- a minute more: a call comes a little late, and at the start it is too late
final as (

    select
        sport_key,
        cast(game_count as integer) as game_count,
        cast(early_game_count as integer) as early_game_count,
        early_minutes,
        case
            when game_count < {{ var('close_lead_games') }} then {{ var('close_lead_minutes') }}
            else cast(
                least(
                    greatest(ceil(early_minutes) + 1, {{ var('close_lead_minutes') }}),
                    {{ var('close_lead_max_minutes') }}
                ) as integer
            )
        end as close_lead_minutes
    from measured

)

select * from final
