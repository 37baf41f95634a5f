{{ config(materialized='table', tags='results') }}

with

events as (

    select * from {{ ref('int_events_labelled') }}

),

reports as (

    select
        *,
        min(case when is_final then published_at end) over (partition by event_id) as ended_at
    from {{ ref('int_results_reported') }}

),

-- a running score dated after the end is old news
in_time as (

    select
        *,
        row_number() over (
            partition by event_id
            order by published_at, known_at, report_id collate "C"
        ) as report_number
    from reports
    where status != 'live' or ended_at is null or published_at < ended_at

),

-- who gives the same score without such details does not take them back
counted as (

    select
        *,
        count(home_score_regulation) over of_this_score as regulation_number,
        count(is_shortened) over of_this_score as length_number
    from in_time
    window of_this_score as (
        partition by event_id, home_score, away_score, status
        order by report_number
    )

),

detailed as (

    select
        event_id,
        home_score,
        away_score,
        status,
        is_final,
        source,
        published_at,
        known_at,
        report_id,
        report_number,
        is_swapped,
        max(home_score_regulation) over (
            partition by event_id, home_score, away_score, status, regulation_number
        ) as home_score_regulation,
        max(away_score_regulation) over (
            partition by event_id, home_score, away_score, status, regulation_number
        ) as away_score_regulation,
        max(case is_shortened when true then 1 when false then 0 end) over (
            partition by event_id, home_score, away_score, status, length_number
        ) = 1 as is_shortened
    from counted

),

compared as (

    select
        *,
        lag(home_score) over in_order as previous_home_score,
        lag(away_score) over in_order as previous_away_score,
        lag(status) over in_order as previous_status,
        lag(home_score_regulation) over in_order as previous_home_score_regulation,
        lag(away_score_regulation) over in_order as previous_away_score_regulation,
        lag(is_shortened) over in_order as previous_is_shortened
    from detailed
    window in_order as (partition by event_id order by report_number)

),

changes as (

    select * from compared
    where
        report_number = 1
        or status != previous_status
        {%- for column in (
            'home_score', 'away_score', 'home_score_regulation', 'away_score_regulation',
            'is_shortened',
        ) %}
        or {{ column }} is distinct from previous_{{ column }}
        {%- endfor %}

),

final as (

    select
        changes.event_id,
        changes.home_score,
        changes.away_score,
        changes.status,
        changes.is_final,
        cast(
            row_number() over (
                partition by changes.event_id
                order by changes.report_number
            ) as integer
        ) as version,
        changes.source,
        changes.published_at,
        changes.known_at,
        changes.report_id,
        changes.home_score_regulation,
        changes.away_score_regulation,
        changes.is_shortened,
        changes.is_swapped,
        {{ event_labels('events') }}
    from changes
    left join events
        on changes.event_id = events.event_id

)

select * from final
