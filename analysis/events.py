"""Events and what became of them, as known at a moment."""

from datetime import datetime

from analysis.warehouse import Record, Warehouse

# `marts.dim_events` as it was at the moment that the connection looks from
EVENTS_THEN = "intermediate.int_events_described_known"
RELATIONS = (EVENTS_THEN,)


def events_at(
    warehouse: Warehouse,
    moment: datetime,
    *,
    sport_key: str | None = None,
    is_over_included: bool = False,
) -> list[Record]:
    """One row per event seen by then, by start: all that was known of it by then, and no more.

    Args:
        warehouse: where to read.
        moment: events first seen later are left out.
        sport_key: only this sport.
        is_over_included: also those that are neither scheduled nor live.
    """
    where = ["true"]
    parameters: list[object] = []
    if sport_key is not None:
        where.append("sport_key = ?")
        parameters.append(sport_key)
    if not is_over_included:
        where.append("status in ('scheduled', 'live')")
    warehouse.look_from(moment)
    return warehouse.rows(
        f"""
        select
            event_id,
            sport_key,
            home_team,
            away_team,
            game_date,
            scheduled_start_at,
            observed_start_at,
            starts_at,
            status,
            home_score,
            away_score,
            first_seen_at,
            last_seen_at,
            superseded_by_event_id,
            event_name
        from {EVENTS_THEN}
        where {" and ".join(where)}
        order by starts_at, event_id
        """,  # noqa: S608 - our own conditions; values are parameters
        parameters,
    )
