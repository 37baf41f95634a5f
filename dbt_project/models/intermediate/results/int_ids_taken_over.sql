{{ config(materialized='view') }}

with

rules as (

    select * from {{ ref('quality_rules') }}
    where rule_id = 'event_id_taken_over'

),

-- a name on either side stays where a club is renamed, or a place in a cup is filled
final as (

    select
        events.event_id,
        events.sport_key,
        events.home_team,
        events.away_team,
        snapshots.home_team as earlier_home_team,
        snapshots.away_team as earlier_away_team,
        max(snapshots.captured_at) as last_shown_at
    from {{ known('int_events') }} as events
    inner join {{ known('int_event_snapshots') }} as snapshots
        on events.event_id = snapshots.event_id
    cross join rules
    where
        snapshots.is_listed
        and abs({{ minutes_between('events.starts_at', 'snapshots.commence_time') }})
        >= rules.threshold
        and (
            events.sport_key != snapshots.sport_key
            or (
                events.home_team not in (snapshots.home_team, snapshots.away_team)
                and events.away_team not in (snapshots.home_team, snapshots.away_team)
            )
        )
    group by
        events.event_id,
        events.sport_key,
        events.home_team,
        events.away_team,
        snapshots.home_team,
        snapshots.away_team

)

select * from final
