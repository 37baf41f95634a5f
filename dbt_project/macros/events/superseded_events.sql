{#-
    CTEs that end in `superseded_events`, of the CTEs `canonical_events` and `delisted_events`: ids that left
    the feed before their start, with the id that took their place.
-#}
{% macro superseded_events() -%}
{%- set days_apart -%}
    abs({{ minutes_between(
        'gone.scheduled_start_at', 'successors.scheduled_start_at'
    ) }}) / 1440
{%- endset -%}
gone as (

    select events.*
    from canonical_events as events
    inner join delisted_events as delisted
        on events.event_id = delisted.event_id
    where not events.is_sighted_in_play

),

-- the new id may show before the old one goes
possible_successors as (

    select
        gone.event_id,
        successors.event_id as successor_id,
        gone.sport_key,
        gone.home_team,
        gone.away_team,
        least(gone.scheduled_start_at, successors.scheduled_start_at) - interval '3 days'
            as series_from,
        greatest(gone.scheduled_start_at, successors.scheduled_start_at) + interval '3 days'
            as series_to,
        delisted.event_id is null as is_standing,
        {{ days_apart }} as days_apart,
        {{ days_apart }} <= 3 as is_near,
        gone.last_seen_at < successors.first_seen_at as is_listed_after
    from gone
    inner join canonical_events as successors
        on
            gone.sport_key = successors.sport_key
            and gone.home_team = successors.home_team
            and gone.away_team = successors.away_team
            and gone.first_seen_at < successors.first_seen_at
            and gone.last_seen_at < successors.last_seen_at
            and {{ days_apart }} <= {{ var('relisted_within_days') }}
    left join delisted_events as delisted
        on successors.event_id = delisted.event_id

),

-- further away it may as well be the next of several games: not where these teams have any other
in_series as (

    select distinct
        possible.event_id,
        possible.successor_id
    from possible_successors as possible
    inner join canonical_events as others
        on
            possible.sport_key = others.sport_key
            and possible.event_id != others.event_id
            and possible.successor_id != others.event_id
            and (
                (possible.home_team = others.home_team and possible.away_team = others.away_team)
                or (possible.home_team = others.away_team and possible.away_team = others.home_team)
            )
            and possible.series_from <= others.scheduled_start_at
            and possible.series_to >= others.scheduled_start_at
    left join delisted_events as delisted
        on others.event_id = delisted.event_id
    where not possible.is_near and delisted.event_id is null

),

successors as (

    select
        possible.event_id,
        possible.successor_id,
        row_number() over (
            partition by possible.event_id
            order by
                -- a feed in trouble may list ids that vanish again within the hour
                case when possible.is_standing then 0 else 1 end,
                possible.days_apart,
                possible.successor_id collate "C"
        ) as nearness_rank
    from possible_successors as possible
    left join in_series
        on
            possible.event_id = in_series.event_id
            and possible.successor_id = in_series.successor_id
    where
        possible.is_near
        or (possible.is_listed_after and possible.is_standing and in_series.event_id is null)

),

superseded_events as (

    select
        event_id,
        successor_id as superseded_by_event_id
    from successors
    where nearness_rank = 1

)
{%- endmacro %}
