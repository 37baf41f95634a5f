"""Events and what became of them, as known at a moment."""

from collections.abc import Sequence
from datetime import date, datetime

from analysis import event_names
from analysis.query import Conditions, Query
from analysis.warehouse import Record, Warehouse
from ingestion.errors import OddsError

# `marts.dim_events` as it was at the moment that the connection looks from
EVENTS_THEN = "intermediate.int_events_described_known"
EVENTS_NOW = "marts.dim_events"
RELATIONS = (EVENTS_THEN,)
_QUOTED = "marts.fct_odds_changes"


def events_at(
    warehouse: Warehouse,
    moment: datetime,
    *,
    sport_key: str | None = None,
    event_ids: Sequence[str] | None = None,
    is_over_included: bool = False,
) -> list[Record]:
    """One row per event seen by then, by start: all that was known of it by then, and no more.

    Args:
        warehouse: where to read.
        moment: events first seen later are left out.
        sport_key: only this sport.
        event_ids: only these.
        is_over_included: also those that are neither scheduled nor live.
    """
    warehouse.look_from(moment)
    return query(sport_key=sport_key, event_ids=event_ids, is_over_included=is_over_included).rows(
        warehouse
    )


def query(
    *,
    sport_key: str | None = None,
    is_over_included: bool = False,
    event_ids: Sequence[str] | None = None,
    relation: str = EVENTS_THEN,
) -> Query:
    """One row per event, by start, as the connection sees them.

    Args:
        sport_key: only this sport.
        is_over_included: also those that are neither scheduled nor live.
        event_ids: only these.
        relation: `EVENTS_THEN`, or `EVENTS_NOW` where marts are all there is.
    """
    where = Conditions()
    where.equal("sport_key", sport_key)
    where.one_of("event_id", event_ids)
    if not is_over_included:
        where.add("status in ('scheduled', 'live')")
    return Query(
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
        from {relation}
        where {where.sql}
        order by starts_at, event_id
        """,  # noqa: S608 - our own conditions; values are parameters
        where.parameters,
    )


def relation_at(warehouse: Warehouse, moment: datetime | None) -> str:
    """The relation that has the events as known at a moment, or now; the connection looks from it.

    Raises:
        OddsError: a past moment is asked of a published copy, which knows none.
    """
    if EVENTS_THEN not in warehouse.relations():
        if moment is None:
            return EVENTS_NOW
        raise OddsError("a published copy knows no past moments: ask the warehouse it is made from")
    if moment is not None:
        warehouse.look_from(moment)
    return EVENTS_THEN


def named(warehouse: Warehouse, name: str, moment: datetime | None) -> Record:
    """The one event that people call so, as known at a moment or now; see `analysis.event_names`.

    Raises:
        UsageError: none is called so, or several; the message says which there are.
    """
    relation = relation_at(warehouse, moment)
    held = query(is_over_included=True, relation=relation).rows(warehouse)
    return event_names.the_event(held, name, event_names.aliases(warehouse))


def ids_of(
    warehouse: Warehouse,
    events: Sequence[Record],
    *,
    team: str | None = None,
    day: date | None = None,
) -> list[str] | None:
    """The ids of the events of a team or of a day by the league's date; null where all are wanted.

    Args:
        warehouse: where the other names of teams are.
        events: rows of `query`.
        team: its name, or whole words or beginnings of it, as people call it.
        day: only the games of this day.

    Raises:
        UsageError: no event is of such a team; the message names those like it.
    """
    if team is None and day is None:
        return None
    if team is not None:
        events = event_names.of_team(events, team, event_names.aliases(warehouse))
    return [event["event_id"] for event in events if day is None or event["game_date"] == day]


def quoted_by(warehouse: Warehouse, bookmaker_key: str, *, until: datetime) -> list[str]:
    """The ids of the events that a book had quoted by a moment."""
    rows = warehouse.rows(
        f"select distinct event_id from {_QUOTED} where bookmaker_key = ? and valid_from <= ?",  # noqa: S608 - a constant
        [bookmaker_key, until],
    )
    return [row["event_id"] for row in rows]
