{#-
    CTEs that end in `described_events`, of the CTEs `events`, `sports`, `clock`, `superseded_events`,
    `delisted_events` and `results` (versions of results): events with what became of them.
-#}
{% macro described_events() -%}
latest_results as (

    select
        *,
        row_number() over (
            partition by event_id
            -- news that comes after the end does not undo it
            order by case when is_final then 0 else 1 end, version desc
        ) as recency_rank
    from results

),

described_events as (

    select
        events.event_id,
        events.sport_key,
        events.home_team,
        events.away_team,
        {{ local_date('events.scheduled_start_at', 'sports.time_zone') }} as game_date,
        events.scheduled_start_at,
        events.observed_start_at,
        events.starts_at,
        events.is_sighted_in_play,
        case
            when results.is_final then 'final'
            when
                results.status = 'postponed'
                or superseded.event_id is not null
                or delisted.event_id is not null
                then 'postponed'
            when results.status = 'cancelled' then 'cancelled'
            when events.starts_at > clock.as_of then 'scheduled'
            -- how long an unknown sport lasts is not known
            when
                clock.as_of < events.starts_at
                + cast(sports.max_duration_hours * 60 as integer) * interval '1 minute'
                then 'live'
            else 'unknown'
        end as status,
        case when results.is_final then results.home_score end as home_score,
        case when results.is_final then results.away_score end as away_score,
        events.first_seen_at,
        events.last_seen_at,
        superseded.superseded_by_event_id,
        {{ game_name('events', title='sports.title') }} as event_name
    from events
    cross join clock
    left join sports
        on events.sport_key = sports.sport_key
    left join superseded_events as superseded
        on events.event_id = superseded.event_id
    left join delisted_events as delisted
        on events.event_id = delisted.event_id
    left join latest_results as results
        on events.event_id = results.event_id and results.recency_rank = 1

)
{%- endmacro %}
