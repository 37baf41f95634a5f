{#-
    CTEs that end in `delisted_events`, of the CTEs `events` and `snapshots` (those that show prices):
    events that the last snapshot in scope before their start no longer lists, and when.
-#}
{% macro delisted_events() -%}
delistings as (

    select
        events.event_id,
        events.starts_at,
        max(snapshots.captured_at) as delisted_at,
        max(snapshots.sequence_key collate "C") as delisted_key
    from snapshots
    inner join events
        on
            snapshots.event_id = events.event_id
            and snapshots.captured_at < events.starts_at
    where not snapshots.is_listed
    group by events.event_id, events.starts_at

),

-- an event can leave the feed and come back in time
returned as (

    select distinct delistings.event_id
    from delistings
    inner join snapshots
        on
            delistings.event_id = snapshots.event_id
            and delistings.starts_at > snapshots.captured_at
            and delistings.delisted_key collate "C" < snapshots.sequence_key collate "C"
    where snapshots.is_listed

),

delisted_events as (

    select
        delistings.event_id,
        delistings.delisted_at
    from delistings
    left join returned
        on delistings.event_id = returned.event_id
    where returned.event_id is null

)
{%- endmacro %}
