{{ config(materialized='table', tags='results') }}

with

reports as (

    select
        *,
        min(case when is_final then published_at end) over (partition by event_id) as ended_at
    from {{ ref('int_results_reported') }}

),

compared as (

    select
        *,
        row_number() over in_order as report_number,
        lag(home_score) over in_order as previous_home_score,
        lag(away_score) over in_order as previous_away_score,
        lag(status) over in_order as previous_status
    from reports
    -- a running score stamped after the end is old news
    where status != 'live' or ended_at is null or published_at < ended_at
    window in_order as (
        partition by event_id
        order by published_at, known_at, report_id collate "C"
    )

),

changes as (

    select * from compared
    where
        report_number = 1
        or home_score is distinct from previous_home_score
        or away_score is distinct from previous_away_score
        or status != previous_status

),

final as (

    select
        event_id,
        home_score,
        away_score,
        status,
        is_final,
        cast(row_number() over (partition by event_id order by report_number) as integer)
            as version,
        source,
        published_at,
        known_at,
        report_id
    from changes

)

select * from final
