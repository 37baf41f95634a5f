{{ config(materialized='ephemeral') }}

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
    from {{ ref('int_results_named') }}
    union all
    select
        sport_key,
        away_team as team_name,
        source,
        landed_at
    from {{ ref('int_results_named') }}

),

unmatched as (

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

books as (

    select
        sport_key,
        bookmaker_key,
        min(starts_at) as seen_at,
        count(*) as event_count
    from {{ ref('int_books_promised') }}
    where is_named and outcome = 'never_seen'
    group by sport_key, bookmaker_key

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
    from unmatched
    union all
    select
        {{ finding(
            "'book_never_seen'",
            sport_key='sport_key',
            bookmaker_key='bookmaker_key',
            sample="'on none of ' || cast(event_count as text) || ' games'",
            times='event_count',
            seen_at='seen_at'
        ) }}
    from books

)

select * from final
