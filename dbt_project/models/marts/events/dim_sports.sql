with

sports as (

    select * from {{ ref('sports') }}

),

turned_up as (

    select sport_key from {{ known('int_events') }}
    where sport_key is not null
    union
    select sport_key from {{ ref('int_results_canonical') }}

),

final as (

    select
        coalesce(sports.sport_key, turned_up.sport_key) as sport_key,
        coalesce(sports.title, turned_up.sport_key) as title,
        sports.sport_group,
        sports.has_scores,
        sports.is_outright,
        sports.max_duration_hours,
        sports.settle_after_hours,
        sports.time_zone,
        sports.h2h_outcome_count,
        sports.season_first_month,
        sports.season_style,
        sports.sport_key is not null as is_known
    from sports
    full outer join turned_up
        on sports.sport_key = turned_up.sport_key

)

select * from final
