{{ config(tags=['results', 'known']) }}

with

compared as (

    select
        *,
        -- a start names one game, whoever is called home; a day may hold two, one at each home
        case when starts_at is null then game_date end as undated_on,
        case when starts_at is null then home_team else team_pair end as game_of
    from {{ ref('int_results_compared') }}

),

-- two rows of one load without a start are two games (a doubleheader), with the same one are one;
-- of two loads a game and its correction
numbered as (

    select
        *,
        case
            when starts_at is not null then 1
            else row_number() over (
                partition by
                    source, sport_key, team_pair, game_of, starts_at, undated_on, load_id, landed_at
                order by line_number, result_row_id collate "C"
            )
        end as game_number
    from compared

),

versioned as (

    select
        *,
        row_number() over (
            partition by
                source, sport_key, team_pair, game_of, starts_at, undated_on, game_number,
                is_contradicted
            order by
                landed_at desc,
                load_id collate "C" desc,
                -- of two that agree the one that tells more
                case when home_score_regulation is null then 1 else 0 end,
                case when is_shortened is null then 1 else 0 end,
                line_number,
                result_row_id collate "C"
        ) as recency_rank,
        row_number() over (
            partition by
                source, sport_key, team_pair, game_of, starts_at, undated_on, game_number,
                is_contradicted, landed_at, load_id
            order by
                case when home_score_regulation is null then 1 else 0 end,
                case when is_shortened is null then 1 else 0 end,
                line_number,
                result_row_id collate "C"
        ) as telling_rank,
        dense_rank() over (
            partition by
                source, sport_key, team_pair, game_of, starts_at, undated_on, game_number
            order by landed_at desc, load_id collate "C" desc
        ) as load_rank,
        first_value(result_row_id) over (
            partition by
                source, sport_key, team_pair, game_of, starts_at, undated_on, game_number,
                is_contradicted
            order by landed_at, load_id collate "C", line_number, result_row_id collate "C"
        ) as first_row_id
    from numbered

),

final as (

    select
        result_row_id,
        case when is_contradicted then result_row_id else first_row_id end as result_game_id,
        source,
        sport_key,
        home_team,
        away_team,
        team_pair,
        game_date,
        starts_at,
        status,
        home_score,
        away_score,
        home_score_regulation,
        away_score_regulation,
        is_shortened,
        recency_rank = 1 and not is_contradicted as is_latest,
        is_contradicted and load_rank = 1 as is_contradicted,
        is_disputed,
        telling_rank > 1 and not is_contradicted as is_repeated,
        landed_at
    from versioned

)

select * from final
