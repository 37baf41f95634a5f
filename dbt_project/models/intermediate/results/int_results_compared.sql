{{ config(materialized='view', tags='known') }}

{%- set told = [
    'status', 'first_score', 'second_score', 'first_score_regulation', 'second_score_regulation',
    'shortened',
] %}

with

result_rows as (

    select result_rows.* from {{ ref('stg_results__rows') }} as result_rows
    where {{ is_settled_by_then('result_rows') }}

),

team_aliases as (

    select * from {{ ref('team_aliases') }}

),

canonical as (

    select
        result_rows.*,
        coalesce(home_aliases.team_name, result_rows.home_team) as home_name,
        coalesce(away_aliases.team_name, result_rows.away_team) as away_name
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

paired as (

    select
        *,
        {{ team_pair('home_name', 'away_name') }} as team_pair,
        home_name collate "C" > away_name collate "C" as is_turned
    from canonical

),

-- whichever side a row calls home
turned as (

    select
        *,
        {%- for suffix in ('score', 'score_regulation') %}
        case when is_turned then away_{{ suffix }} else home_{{ suffix }} end
            as first_{{ suffix }},
        case when is_turned then home_{{ suffix }} else away_{{ suffix }} end
            as second_{{ suffix }},
        {%- endfor %}
        case is_shortened when true then 1 when false then 0 end as shortened
    from paired

),

compared as (

    select
        *,
        starts_at is not null and {{ differ_over(told, 'of_start') }} as is_contradicted,
        status != 'postponed'
        and count(starts_at) over of_day < count(*) over of_day
        and coalesce(min(starts_at) over of_day = max(starts_at) over of_day, false)
        and {{ differ_over(told, 'of_day') }} as is_disputed
    from turned
    -- one load is one telling; starts five minutes apart may be a doubleheader, whose second game
    -- begins whenever the first has ended
    window
        of_start as (partition by source, load_id, landed_at, sport_key, team_pair, starts_at),
        -- the day of a row that is postponed may be the day it was put off to
        of_day as (
            partition by
                source, load_id, landed_at, sport_key, team_pair, game_date, status = 'postponed'
        )

),

final as (

    select
        result_row_id,
        source,
        sport_key,
        home_name as home_team,
        away_name as away_team,
        team_pair,
        game_date,
        starts_at,
        status,
        home_score,
        away_score,
        home_score_regulation,
        away_score_regulation,
        is_shortened,
        is_contradicted,
        is_disputed,
        load_id,
        line_number,
        landed_at
    from compared

)

select * from final
