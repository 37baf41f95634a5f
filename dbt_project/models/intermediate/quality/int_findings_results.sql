with

teams as (

    select
        sport_key,
        home_team as team_name
    from {{ known('int_events') }}
    union
    select
        sport_key,
        away_team as team_name
    from {{ known('int_events') }}

),

sports as (

    select distinct sport_key from teams

),

results as (

    select
        sport_key,
        home_team as team_name,
        source,
        landed_at
    from {{ ref('int_results_canonical') }}
    union all
    select
        sport_key,
        away_team as team_name,
        source,
        landed_at
    from {{ ref('int_results_canonical') }}

),

unknown_teams as (

    select
        results.sport_key,
        results.team_name,
        results.source,
        min(results.landed_at) as seen_at,
        count(*) as row_count
    from results
    inner join sports
        on results.sport_key = sports.sport_key
    left join teams
        on results.sport_key = teams.sport_key and results.team_name = teams.team_name
    where teams.team_name is null and results.team_name is not null
    group by results.sport_key, results.team_name, results.source

),

without_result as (

    select
        *,
        why = 'no result of this sport was imported' as is_of_sport
    from {{ ref('rpt_unmatched_results') }}
    where what = 'event'

),

final as (

    select
        {{ finding(
            "'unmatched_team_name'",
            sport_key='sport_key',
            subject='team_name',
            sample="'in ' || cast(row_count as text) || ' places of ' || source",
            times='row_count',
            seen_at='seen_at'
        ) }}
    from unknown_teams
    union all
    -- a sport nobody has imported a result of is one finding, not one per game
    select
        {{ finding(
            "'odds_without_result'",
            sport_key='sport_key',
            event_id="case when not is_of_sport then unmatched_id end",
            sample=game_name('without_result') ~ " || ': ' || why",
            seen_at='starts_at'
        ) }}
    from without_result

)

select * from final
