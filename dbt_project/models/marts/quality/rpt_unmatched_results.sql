{{ config(schema='quality', materialized='table', tags='results') }}

with

unmatched_rows as (

    select * from {{ ref('int_results_unmatched') }}

),

results as (

    select * from {{ ref('fct_results') }}

),

settled as (

    select distinct event_id from results
    where status != 'live'

),

running as (

    select distinct event_id from results
    where status = 'live'

),

-- seen in play and long enough ago to have ended
events as (

    select dim_events.*
    from {{ ref('dim_events') }} as dim_events
    left join settled
        on dim_events.event_id = settled.event_id
    where
        settled.event_id is null
        and dim_events.is_sighted_in_play
        and dim_events.status != 'live'

),

nearest_rows as (

    select
        event_id,
        min(minutes_apart) as minutes_apart,
        max(case when is_contradicted then 1 else 0 end) = 1 as is_contradicted
    from {{ ref('int_results_minutes_apart') }}
    group by event_id

),

sports_imported as (

    select distinct sport_key from {{ ref('int_results_canonical') }}

),

unmatched_events as (

    select
        events.*,
        case
            when running.event_id is not null then 'the last score collected was not final'
            when sports_imported.sport_key is null then 'no result of this sport was imported'
            when nearest_rows.event_id is null then 'no result row of these teams'
            when nearest_rows.is_contradicted then 'rows of one load contradict each other'
            when nearest_rows.minutes_apart is null
                then 'the rows of these teams have no start, and no day names this event'
            when nearest_rows.minutes_apart > {{ var('results_match_hours') }} * 60
                then
                    'the nearest result row of these teams starts '
                    || {{ minutes_apart_text('nearest_rows.minutes_apart') }} || ' away'
            else 'the row at that time is nearer to another event'
        end as why
    from events
    left join running
        on events.event_id = running.event_id
    left join sports_imported
        on events.sport_key = sports_imported.sport_key
    left join nearest_rows
        on events.event_id = nearest_rows.event_id

),

-- where moneylines are on regulation time, as everything in soccer
finals as (

    select
        events.*,
        '*' as bookmaker_key,
        'h2h' as market_key,
        latest.home_score_regulation,
        row_number() over (partition by events.event_id order by latest.version desc)
            as recency_rank
    from {{ ref('dim_events') }} as events
    inner join results as latest
        on events.event_id = latest.event_id and latest.is_final

),

rules as (

    {{ settlement_rules_of('finals') }}

),

scores_untold as (

    select finals.*
    from finals
    inner join rules
        on finals.sport_key = rules.sport_key
    where
        finals.recency_rank = 1
        and finals.home_score_regulation is null
        and rules.score_settles
        and not rules.includes_overtime

),

final as (

    select
        result_row_id as unmatched_id,
        'result row' as what,
        status,
        source,
        sport_key,
        home_team,
        away_team,
        game_date,
        starts_at,
        nearest_event_id,
        why
    from unmatched_rows
    union all
    select
        event_id as unmatched_id,
        'event' as what,
        status,
        cast(null as text) as source,
        sport_key,
        home_team,
        away_team,
        game_date,
        starts_at,
        event_id as nearest_event_id,
        why
    from unmatched_events
    union all
    select
        event_id as unmatched_id,
        'regulation score' as what,
        status,
        cast(null as text) as source,
        sport_key,
        home_team,
        away_team,
        game_date,
        starts_at,
        event_id as nearest_event_id,
        'it ended ' || cast(home_score as text) || '-' || cast(away_score as text)
        || ', whether after extra time nobody says: its bets are settled by a table with '
        || 'home_score_regulation and away_score_regulation' as why
    from scores_untold

)

select * from final
