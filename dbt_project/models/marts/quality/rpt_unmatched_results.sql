{{ config(schema='quality', materialized='table', tags='results') }}

{%- set limit = var('results_match_hours') * 60 %}

with

games as (

    select named.*
    from {{ ref('int_results_named') }} as named
    inner join {{ ref('int_results_matched') }} as matched
        on named.result_row_id = matched.result_row_id
    where named.is_latest and matched.event_id is null

),

events as (

    select dim_events.*
    from {{ ref('dim_events') }} as dim_events
    left join {{ ref('fct_results') }} as results
        on
            dim_events.event_id = results.event_id
            and results.status != 'live'
    where
        results.event_id is null
        and dim_events.observed_start_at is not null
        and dim_events.status != 'live'

),

named_events as (

    select * from {{ ref('int_events_named') }}

),

superseded as (

    select * from {{ ref('int_events_superseded') }}

),

apart as (

    select * from {{ ref('int_results_apart') }}

),

nearest_events as (

    select
        result_game_id,
        event_id,
        minutes_apart,
        row_number() over (
            partition by result_game_id
            order by minutes_apart nulls last, event_id collate "C"
        ) as nearness_rank,
        max(case when is_same_day then 1 else 0 end) over (partition by result_game_id)
            as has_event_that_day
    from apart

),

nearest_games as (

    select
        event_id,
        min(minutes_apart) as minutes_apart
    from apart
    group by event_id

),

sports_collected as (

    select distinct sport_key from named_events

),

sports_imported as (

    select distinct sport_key from {{ ref('int_results_named') }}

),

running as (

    select distinct event_id from {{ ref('fct_results') }}
    where status = 'live'

),

unmatched_games as (

    select
        games.result_row_id as unmatched_id,
        'result row' as what,
        games.status,
        games.source,
        games.sport_key,
        games.home_team,
        games.away_team,
        games.game_date,
        games.starts_at,
        nearest.event_id as nearest_event_id,
        case
            when sports_collected.sport_key is null then 'no event of this sport was collected'
            when nearest.event_id is null then 'no event of these teams was collected'
            when games.starts_at is null and games.status = 'postponed'
                then 'postponed, and the row does not say from when'
            when games.starts_at is null and nearest.has_event_that_day = 0
                then 'no event of these teams on that day'
            when games.starts_at is null
                then 'the row has no start, and its day does not name one event'
            when nearest.minutes_apart > {{ limit }}
                then
                    'the nearest event of these teams starts '
                    || {{ how_far_apart('nearest.minutes_apart') }} || ' away'
            when superseded.event_id is not null
                then
                    'its event left the feed, which went on under the id '
                    || superseded.superseded_by_event_id
            else 'another row is nearer to its event'
        end as why
    from games
    left join sports_collected
        on games.sport_key = sports_collected.sport_key
    left join nearest_events as nearest
        on
            games.result_game_id = nearest.result_game_id
            and nearest.nearness_rank = 1
    left join superseded
        on nearest.event_id = superseded.event_id

),

unmatched_events as (

    select
        events.event_id as unmatched_id,
        'event' as what,
        events.status,
        cast(null as text) as source,
        events.sport_key,
        events.home_team,
        events.away_team,
        events.game_date,
        events.starts_at,
        events.event_id as nearest_event_id,
        case
            when running.event_id is not null then 'the last score collected was not final'
            when sports_imported.sport_key is null then 'no result of this sport was imported'
            when nearest_games.event_id is null then 'no result row of these teams'
            when nearest_games.minutes_apart is null
                then 'the rows of these teams have no start, and no day names this event'
            when nearest_games.minutes_apart > {{ limit }}
                then
                    'the nearest result row of these teams starts '
                    || {{ how_far_apart('nearest_games.minutes_apart') }} || ' away'
            else 'the row at that time is nearer to another event'
        end as why
    from events
    left join running
        on events.event_id = running.event_id
    left join sports_imported
        on events.sport_key = sports_imported.sport_key
    left join nearest_games
        on events.event_id = nearest_games.event_id

),

final as (

    select * from unmatched_games
    union all
    select * from unmatched_events

)

select * from final
