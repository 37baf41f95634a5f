{{ config(materialized='view') }}

with

games as (

    select canonical.*
    from {{ ref('int_results_canonical') }} as canonical
    inner join {{ ref('int_results_matched') }} as matched
        on canonical.result_row_id = matched.result_row_id
    where canonical.is_contradicted or (canonical.is_latest and matched.event_id is null)

),

superseded as (

    select * from {{ ref('int_events_superseded') }}

),

sports_collected as (

    select distinct sport_key from {{ known('int_events') }}

),

nearest_events as (

    select
        result_game_id,
        event_id,
        minutes_apart,
        is_swapped,
        row_number() over (
            partition by result_game_id
            order by
                minutes_apart nulls last,
                case when is_swapped then 1 else 0 end,
                event_id collate "C"
        ) as nearness_rank,
        max(case when is_same_day then 1 else 0 end) over (partition by result_game_id)
            as has_event_that_day
    from {{ ref('int_results_minutes_apart') }}

),

final as (

    select
        games.result_row_id,
        games.source,
        games.sport_key,
        games.home_team,
        games.away_team,
        games.game_date,
        games.starts_at,
        games.status,
        nearest.event_id as nearest_event_id,
        case
            when games.is_contradicted
                then
                    'rows of one load contradict each other about this game, so none is used: '
                    || 'import the true one with a source (--source) of its own'
            when sports_collected.sport_key is null then 'no event of this sport was collected'
            when nearest.event_id is null then 'no event of these teams was collected'
            when games.is_disputed
                then
                    'rows of one load, with a start and without, say different things of these '
                    || 'teams on that day, and no two events stand there'
            when games.starts_at is null and games.status = 'postponed'
                then 'postponed, and the row does not say from when'
            when games.starts_at is null and nearest.has_event_that_day = 0
                then 'no event of these teams on that day'
            when games.starts_at is null
                then 'the row has no start, and its day does not name one event'
            when nearest.minutes_apart > {{ var('results_match_hours') }} * 60
                then
                    'the nearest event of these teams starts '
                    || {{ minutes_apart_text('nearest.minutes_apart') }} || ' away'
            when superseded.event_id is not null
                then
                    'its event left the feed, which went on under the id '
                    || superseded.superseded_by_event_id
            when nearest.is_swapped
                then 'its sides are the other way round, and more than one game may be meant'
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

)

select * from final
