"""Starts of events, merged over every snapshot, as far as they are believed."""

from collections.abc import Iterable
from typing import NamedTuple

from tests.oracle.responses import Response, ShownEvent
from tests.oracle.values import MICROSECONDS_PER_MINUTE

START_SLACK = 15 * MICROSECONDS_PER_MINUTE


class Event(NamedTuple):
    """A row of `dim_events`, without status and results; teams as last shown."""

    event_id: str
    sport_key: str
    home_team: str | None
    away_team: str | None
    scheduled_start_at: int
    observed_start_at: int | None
    starts_at: int
    first_seen_at: int
    last_seen_at: int


def derive_events(responses: Iterable[Response]) -> list[Event]:
    """One row per event ever listed, from responses in order."""
    snapshots: dict[str, list[tuple[int, ShownEvent]]] = {}
    for response in responses:
        for event_id, shown in response.events.items():
            snapshots.setdefault(event_id, []).append((response.captured_at, shown))
    return [_event_of(seen) for seen in snapshots.values()]


def _event_of(snapshots: list[tuple[int, ShownEvent]]) -> Event:
    announced = [shown.commence_time for at, shown in snapshots if at < shown.commence_time]
    believed = [shown.commence_time for shown in _believed_in_play(snapshots)]
    first_seen_at, first = snapshots[0]
    last_seen_at, last = snapshots[-1]
    scheduled_start_at = announced[-1] if announced else first.commence_time
    return Event(
        event_id=last.event_id,
        sport_key=last.sport_key,
        home_team=last.home_team,
        away_team=last.away_team,
        scheduled_start_at=scheduled_start_at,
        observed_start_at=believed[-1] if believed else None,
        starts_at=min([scheduled_start_at, *believed]),
        first_seen_at=first_seen_at,
        last_seen_at=last_seen_at,
    )


def _believed_in_play(snapshots: list[tuple[int, ShownEvent]]) -> list[ShownEvent]:
    """Those in play whose start no look contradicts that shows the game as still to come."""
    to_come = [at for at, shown in snapshots if at < shown.commence_time]
    in_play = [shown for at, shown in snapshots if at >= shown.commence_time]
    if not to_come:
        return in_play
    return [shown for shown in in_play if shown.commence_time >= to_come[-1] - START_SLACK]
