{{ config(materialized='view', tags='known') }}

with

sports as (

    select * from {{ ref('sports') }}

),

events as (

    select
        events.event_id,
        events.sport_key,
        events.home_team,
        events.away_team,
        events.starts_at,
        {{ local_date('events.scheduled_start_at', 'sports.time_zone') }} as game_date,
        events.starts_at
        + cast(sports.settle_after_hours * 60 as integer) * interval '1 minute' as settles_at
    from {{ known('int_events') }} as events
    left join sports
        on events.sport_key = sports.sport_key

),

events_without_overtime as (

    select distinct events.event_id
    from events
    inner join {{ ref('stages_without_overtime') }} as spans
        on
            events.sport_key = spans.sport_key
            and events.game_date >= coalesce(spans.first_date, events.game_date)
            and events.game_date <= coalesce(spans.last_date, events.game_date)

),

imported as (

    select * from {{ ref('int_results_matched') }}

),

-- a completed game whose scores cannot be read has no result yet
scores as (

    select * from {{ ref('stg_odds_api__scores') }}
    where home_score is not null and away_score is not null

),

-- found by the names of its own answer, which may have the sides the other way round
turned as (

    select
        scores.*,
        coalesce(
            scores.home_team = events.away_team and scores.away_team = events.home_team, false
        ) as is_swapped
    from scores
    inner join events
        on scores.event_id = events.event_id
    -- the id may have been of another game before: of other teams, or one that was over by then
    where
        not coalesce(
            scores.home_team not in (events.home_team, events.away_team)
            and scores.away_team not in (events.home_team, events.away_team),
            false
        )
        and not coalesce(
            scores.is_completed and scores.captured_at < events.starts_at - interval '1 day', false
        )

),

reports as (

    select
        event_id,
        case when is_swapped then away_score else home_score end as home_score,
        case when is_swapped then home_score else away_score end as away_score,
        cast(null as integer) as home_score_regulation,
        cast(null as integer) as away_score_regulation,
        cast(null as boolean) as is_shortened,
        is_swapped,
        case when is_completed then 'final' else 'live' end as status,
        'scores' as source,
        published_at,
        known_at,
        response_id as report_id
    from turned
    union all
    select
        event_id,
        home_score,
        away_score,
        home_score_regulation,
        away_score_regulation,
        is_shortened,
        is_swapped,
        status,
        source,
        cast(null as timestamp with time zone) as published_at,
        landed_at as known_at,
        result_row_id as report_id
    from imported
    where event_id is not null and is_repeated is not true

),

dated as (

    select
        events.event_id,
        reports.home_score,
        reports.away_score,
        coalesce(
            reports.home_score_regulation,
            case
                when
                    without_overtime.event_id is not null
                    and reports.status = 'final'
                    and reports.is_shortened is not true
                    then reports.home_score
            end
        ) as home_score_regulation,
        coalesce(
            reports.away_score_regulation,
            case
                when
                    without_overtime.event_id is not null
                    and reports.status = 'final'
                    and reports.is_shortened is not true
                    then reports.away_score
            end
        ) as away_score_regulation,
        reports.is_shortened,
        reports.is_swapped,
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
    left join events_without_overtime as without_overtime
        on reports.event_id = without_overtime.event_id

),

final as (

    select * from dated
    where {{ known_by('published_at') }}

)

select * from final
