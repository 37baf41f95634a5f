"""Events and what became of them, as known at a moment."""

from datetime import datetime

from analysis.warehouse import Record, Warehouse

RELATIONS = ("marts.dim_events", "marts.dim_sports", "marts.fct_results")


def events_at(
    warehouse: Warehouse,
    moment: datetime,
    *,
    sport_key: str | None = None,
    prefix: str | None = None,
    is_over_included: bool = False,
) -> list[Record]:
    """One row per event seen by then, by start; scores only as far as they were known by then.

    Args:
        warehouse: where to read.
        moment: events first seen later are left out.
        sport_key: only this sport.
        prefix: only events whose id begins with this.
        is_over_included: also those that are neither scheduled nor live.
    """
    where = ["events.first_seen_at <= ?"]
    parameters: list[object] = [moment, moment, moment, moment]
    if sport_key is not None:
        where.append("events.sport_key = ?")
        parameters.append(sport_key)
    if prefix is not None:
        where.append("substr(events.event_id, 1, ?) = ?")
        parameters += [len(prefix), prefix]
    over = "true" if is_over_included else "status in ('scheduled', 'live')"
    return warehouse.rows(
        f"""
        with

        scores as (

            select
                *,
                row_number() over (
                    partition by event_id order by version desc nulls last
                ) as recency_rank
            from marts.fct_results
            where known_at <= ? and is_final

        ),

        known_events as (

            select
                events.event_id,
                events.sport_key,
                events.home_team,
                events.away_team,
                events.game_date,
                events.scheduled_start_at,
                events.observed_start_at,
                events.starts_at,
                case
                    when scores.event_id is not null then 'final'
                    when events.starts_at > ? then 'scheduled'
                    when events.status in ('postponed', 'cancelled') then events.status
                    when
                        events.starts_at
                        + cast(sports.max_duration_hours * 60 as integer) * interval '1 minute' > ?
                        then 'live'
                    else 'unknown'
                end as status,
                scores.home_score,
                scores.away_score,
                events.first_seen_at,
                events.last_seen_at,
                events.superseded_by_event_id
            from marts.dim_events as events
            left join marts.dim_sports as sports
                on events.sport_key = sports.sport_key
            left join scores
                on events.event_id = scores.event_id and scores.recency_rank = 1
            where {" and ".join(where)}

        )

        select * from known_events
        where {over}
        order by starts_at, event_id
        """,  # noqa: S608 - our own conditions; values are parameters
        parameters,
    )
