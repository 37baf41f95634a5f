{{ config(materialized='view') }}

with

rules as (

    select * from {{ ref('alert_rules') }}
    where rule_id = 'result_about_to_be_lost'

),

clock as (

    select * from {{ ref('int_moment_monitored') }}

),

-- the API forgets a game three days after its end, at the earliest moment that can be
ended as (

    select
        events.event_id,
        events.sport_key,
        events.home_team,
        events.away_team,
        events.starts_at,
        sports.title as sport_title,
        {{ minutes_between('clock.as_of', 'events.starts_at') }} / 60
        + sports.settle_after_hours
        + 72 as hours_left
    from {{ known('int_events') }} as events
    inner join {{ ref('sports') }} as sports
        on events.sport_key = sports.sport_key
    cross join clock
    where
        sports.has_scores
        and events.starts_at <= clock.as_of
        and events.starts_at > clock.as_of - interval '10 days'

),

settled as (

    select distinct event_id from {{ ref('fct_results') }}
    where is_final or status in ('postponed', 'cancelled')

),

final as (

    select
        {{ alert(
            'rules.rule_id',
            'ended.event_id',
            "'Result about to be lost: ' || " ~ game_name('ended', title='ended.sport_title'),
            "'It started at ' || " ~ moment_text('ended.starts_at') ~ " || ', and no final score has come. The API forgets it in '
            || " ~ number_text('ended.hours_left', 0) ~ " || ' hours.'",
            'clock.as_of',
            'ended.hours_left',
            sport_key='ended.sport_key',
            event_id='ended.event_id'
        ) }}
    from ended
    cross join clock
    inner join rules
        on ended.hours_left > 0 and ended.hours_left <= rules.threshold
    left join settled
        on ended.event_id = settled.event_id
    left join {{ ref('int_events_superseded') }} as superseded
        on ended.event_id = superseded.event_id
    left join {{ ref('int_events_delisted') }} as delisted
        on ended.event_id = delisted.event_id
    where settled.event_id is null and superseded.event_id is null and delisted.event_id is null

)

select * from final
