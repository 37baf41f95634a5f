with

source as (

    select * from {{ source('raw', 'result_rows') }}

),

complete_loads as (

    select load_id from {{ source('raw', '_dlt_loads') }}
    where status = 0

),

-- dlt shows rows before their load is complete, and shows them twice if it died after the commit
landed as (

    select
        *,
        row_number() over (
            partition by result_row_id
            order by _dlt_load_id collate "C", line_number
        ) as copy_number
    from source
    where _dlt_load_id in (select complete_loads.load_id from complete_loads)

),

typed as (

    select

        ---------- ids
        result_row_id,
        sport_key,
        job_id,
        _dlt_load_id as load_id,

        ---------- strings
        source,
        trim(home_team, ' ') as home_team,
        trim(away_team, ' ') as away_team,
        -- broken off for good, it has no result either
        case when status = 'abandoned' then 'cancelled' else status end as status,

        ---------- numerics
        cast(line_number as integer) as line_number,
        {{ whole_number('home_score') }} as home_score,
        {{ whole_number('away_score') }} as away_score,
        {{ whole_number('home_score_regulation') }} as home_score_regulation,
        {{ whole_number('away_score_regulation') }} as away_score_regulation,

        ---------- booleans
        case is_shortened when 'true' then true when 'false' then false end as is_shortened,

        ---------- timestamps
        case
            when game_date ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then cast(game_date as date)
        end as game_date,
        {{ iso_timestamp('starts_at') }} as starts_at,
        landed_at

    from landed
    where copy_number = 1

)

select * from typed
