{#-
    CTEs that end in `superseded_events`, of the CTEs `named_events` and `dropped_events`: ids that left
    the feed before their start, with the id that took their place.
-#}
{% macro superseded_events() -%}
gone as (

    select events.*
    from named_events as events
    inner join dropped_events as dropped
        on events.event_id = dropped.event_id
    where not events.is_sighted_in_play

),

-- the new id may show before the old one goes
successors as (

    select
        gone.event_id,
        successors.event_id as successor_id,
        row_number() over (
            partition by gone.event_id
            order by
                -- a feed in trouble may list ids that vanish again within the hour
                case when dropped.event_id is null then 0 else 1 end,
                abs({{ minutes_between(
                    'gone.scheduled_start_at', 'successors.scheduled_start_at'
                ) }}),
                successors.event_id collate "C"
        ) as nearness_rank
    from gone
    inner join named_events as successors
        on
            gone.sport_key = successors.sport_key
            and gone.home_team = successors.home_team
            and gone.away_team = successors.away_team
            and gone.first_seen_at < successors.first_seen_at
            and gone.last_seen_at < successors.last_seen_at
            and successors.scheduled_start_at
            between gone.scheduled_start_at - interval '3 days'
            and gone.scheduled_start_at + interval '3 days'
    left join dropped_events as dropped
        on successors.event_id = dropped.event_id

),

superseded_events as (

    select
        event_id,
        successor_id as superseded_by_event_id
    from successors
    where nearness_rank = 1

)
{%- endmacro %}
