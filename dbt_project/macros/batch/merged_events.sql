{#-
    The steps from snapshots to events, as CTEs of which the last is `merged_events`: `new_snapshots` is
    a CTE of listed snapshots, `known_events` a relation of events that they are added to, or none.
-#}
{% macro merged_events(known_events=none) -%}
-- an event's row carries all that a later merge needs, so its history is never read again
merged as (

    select
        event_id,
        sport_key,
        home_team,
        away_team,
        sequence_key as first_key,
        captured_at as first_seen_at,
        commence_time as first_start_at,
        sequence_key as last_key,
        captured_at as last_seen_at,
        case when not is_in_play then sequence_key end as announced_key,
        case when not is_in_play then commence_time end as announced_start_at,
        case when is_in_play then sequence_key end as in_play_key
    from new_snapshots
    {%- if known_events %}
    union all
    select
        event_id,
        sport_key,
        home_team,
        away_team,
        first_key,
        first_seen_at,
        first_start_at,
        last_key,
        last_seen_at,
        announced_key,
        announced_start_at,
        in_play_key
    from {{ known_events }}
    where event_id in (select new_snapshots.event_id from new_snapshots)
    {%- endif %}

),

ranked as (

    select
        *,
        row_number() over (partition by event_id order by first_key collate "C") as first_rank,
        row_number() over (partition by event_id order by last_key collate "C" desc) as last_rank,
        row_number() over (
            partition by event_id order by announced_key collate "C" desc nulls last
        ) as announced_rank
    from merged

),

seen as (

    select
        event_id,
        coalesce(max(case when last_rank = 1 then sport_key end), max(sport_key)) as sport_key,
        max(case when last_rank = 1 then home_team end) as home_team,
        max(case when last_rank = 1 then away_team end) as away_team,
        max(case when first_rank = 1 then first_key end) as first_key,
        min(first_seen_at) as first_seen_at,
        max(case when first_rank = 1 then first_start_at end) as first_start_at,
        max(case when last_rank = 1 then last_key end) as last_key,
        max(last_seen_at) as last_seen_at,
        max(case when announced_rank = 1 then announced_key end) as announced_key,
        max(case when announced_rank = 1 then announced_start_at end) as announced_start_at,
        max(in_play_key collate "C") as in_play_key
    from ranked
    group by event_id

),

-- each start shown in play, with the last snapshot that showed it
shown_in_play as (

    select
        event_id,
        commence_time as start_at,
        sequence_key as shown_key
    from new_snapshots
    where is_in_play
    {%- if known_events %}
    union all
    select
        event_id,
        {{ sequence_time('start_and_key') }} as start_at,
        substr(start_and_key, 21) as shown_key
    from (
        select
            event_id,
            unnest(string_to_array(believed_starts, ',')) as start_and_key
        from {{ known_events }}
        where event_id in (select new_snapshots.event_id from new_snapshots)
    ) as known_starts
    {%- endif %}

),

distinct_starts as (

    select
        event_id,
        start_at,
        max(shown_key collate "C") as shown_key
    from shown_in_play
    group by event_id, start_at

),

-- looks only add up: what one of them contradicts is never believed again and need not be kept
believed as (

    select
        distinct_starts.*,
        row_number() over (
            partition by distinct_starts.event_id
            order by distinct_starts.shown_key collate "C" desc
        ) as recency_rank
    from distinct_starts
    inner join seen
        on distinct_starts.event_id = seen.event_id
    where
        seen.announced_key is null
        or {{ is_believed_start(
            'distinct_starts.start_at', sequence_time('seen.announced_key')
        ) }}

),

starts_in_play as (

    select
        event_id,
        string_agg(
            {{ sequence_key('start_at', 'shown_key') }}, ',' order by start_at
        ) as believed_starts,
        min(start_at) as earliest_start_at,
        max(case when recency_rank = 1 then start_at end) as last_start_at
    from believed
    group by event_id

),

merged_events as (

    select
        seen.*,
        starts_in_play.believed_starts,
        -- a start that cannot be true is still shown of a game under way
        starts_in_play.event_id is not null
        or coalesce(seen.in_play_key collate "C" > seen.announced_key collate "C", false)
            as is_sighted_in_play,
        coalesce(seen.announced_start_at, seen.first_start_at) as scheduled_start_at,
        starts_in_play.last_start_at as observed_start_at,
        least(
            coalesce(seen.announced_start_at, seen.first_start_at),
            starts_in_play.earliest_start_at
        ) as starts_at
    from seen
    left join starts_in_play
        on seen.event_id = starts_in_play.event_id

)
{%- endmacro %}
