{{ config(tags=['results', 'known']) }}

with

result_rows as (

    select result_rows.* from {{ ref('stg_results__rows') }} as result_rows
    where {{ is_settled_by_then('result_rows') }}

),

team_aliases as (

    select * from {{ ref('team_aliases') }}

),

named as (

    select
        result_rows.result_row_id,
        result_rows.source,
        result_rows.sport_key,
        coalesce(home_aliases.team_name, result_rows.home_team) as home_team,
        coalesce(away_aliases.team_name, result_rows.away_team) as away_team,
        result_rows.game_date,
        result_rows.starts_at,
        case when result_rows.starts_at is null then result_rows.game_date end as undated_on,
        result_rows.status,
        result_rows.home_score,
        result_rows.away_score,
        result_rows.home_score_regulation,
        result_rows.away_score_regulation,
        result_rows.is_shortened,
        result_rows.load_id,
        result_rows.line_number,
        result_rows.landed_at
    from result_rows
    left join team_aliases as home_aliases
        on
            result_rows.sport_key = home_aliases.sport_key
            and result_rows.home_team = home_aliases.alias
    left join team_aliases as away_aliases
        on
            result_rows.sport_key = away_aliases.sport_key
            and result_rows.away_team = away_aliases.alias

),

-- two rows of one load are two games (a doubleheader), of two loads a game and its correction
numbered as (

    select
        *,
        row_number() over (
            partition by
                source, sport_key, home_team, away_team, starts_at, undated_on, load_id
            order by line_number, result_row_id collate "C"
        ) as game_number
    from named

),

versioned as (

    select
        *,
        row_number() over (
            partition by
                source, sport_key, home_team, away_team, starts_at, undated_on, game_number
            order by landed_at desc, load_id collate "C" desc
        ) as recency_rank,
        first_value(result_row_id) over (
            partition by
                source, sport_key, home_team, away_team, starts_at, undated_on, game_number
            order by landed_at, load_id collate "C"
        ) as result_game_id
    from numbered

),

final as (

    select
        result_row_id,
        result_game_id,
        source,
        sport_key,
        home_team,
        away_team,
        game_date,
        starts_at,
        status,
        home_score,
        away_score,
        home_score_regulation,
        away_score_regulation,
        is_shortened,
        recency_rank = 1 as is_latest,
        landed_at
    from versioned

)

select * from final
