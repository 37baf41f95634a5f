{{ config(materialized='view', tags='known') }}

with

events as (

    select
        events.event_id,
        events.starts_at
        + cast(sports.settle_after_hours * 60 as integer) * interval '1 minute' as settles_at
    from {{ known('int_events') }} as events
    left join {{ ref('sports') }} as sports
        on events.sport_key = sports.sport_key

),

imported as (

    select * from {{ ref('int_results_matched') }}

),

-- a completed game whose scores cannot be read has no result yet
scores as (

    select * from {{ ref('stg_odds_api__scores') }}
    where home_score is not null and away_score is not null

),

reports as (

    select
        event_id,
        home_score,
        away_score,
        case when is_completed then 'final' else 'live' end as status,
        'scores' as source,
        published_at,
        known_at,
        response_id as report_id
    from scores
    union all
    select
        event_id,
        home_score,
        away_score,
        status,
        source,
        cast(null as timestamp with time zone) as published_at,
        landed_at as known_at,
        result_row_id as report_id
    from imported
    where event_id is not null

),

dated as (

    select
        events.event_id,
        reports.home_score,
        reports.away_score,
        reports.status,
        reports.status = 'final' as is_final,
        reports.source,
        -- a sport nobody described: no earlier than we knew it
        coalesce(reports.published_at, events.settles_at, reports.known_at) as published_at,
        reports.known_at,
        reports.report_id
    from reports
    inner join events
        on reports.event_id = events.event_id

),

final as (

    select * from dated
    where {{ known_by('published_at') }}

)

select * from final
