"""When a collector would call `/odds` over a season."""

from collections.abc import Iterator
from typing import Literal

from simulator.clock import DAY, HOUR, MINUTE
from simulator.season import Season

Cadence = Literal["tiered", "every-5-minutes"]
CADENCES: tuple[Cadence, ...] = ("tiered", "every-5-minutes")
# (from hours, to hours before the start, minutes between calls), far to near.
_TIERS = (
    (72.0, 1e6, 48 * 60),
    (24.0, 72.0, 24 * 60),
    (12.0, 24.0, 12 * 60),
    (3.0, 12.0, 3 * 60),
    (0.0, 3.0, 30),
)
_CLOSE_BEFORE_START = 5 * MINUTE
_SCORES_HOUR = 10


def moments(season: Season, cadence: Cadence) -> Iterator[int]:
    """The moments of the odds calls, in epoch seconds, rising."""
    if cadence == "tiered":
        return _tiered(season)
    return iter(range(_next_multiple(season.starts, 5 * MINUTE), season.ends, 5 * MINUTE))


def score_moments(season: Season) -> Iterator[int]:
    """Once a day at 10:00Z, until the last score has been seen."""
    first = season.starts // DAY * DAY + _SCORES_HOUR * HOUR
    last = max(event.completed for event in season.events if event.started is not None)
    return iter(range(first, last + DAY, DAY))


def _tiered(season: Season) -> Iterator[int]:
    """Keep every event's tier, looking anew at the announced starts every hour."""
    now = last = season.starts
    yield now
    while now < season.ends:
        due = [
            moment
            for event in season.listed(now)
            for moment in _due(event.commence(now), last)
            if moment > last
        ]
        call = min(due, default=now + HOUR)
        # Discovery: starts move and events appear between calls.
        if not due or call > now + HOUR:
            now += HOUR
            continue
        now = last = max(call, now)
        yield now


def _due(start: int, last: int) -> Iterator[int]:
    """When an event last captured then is due again: by its tier, and for its close."""
    for from_hours, to_hours, minutes in _TIERS:
        due = max(last + minutes * MINUTE, start - int(to_hours * HOUR))
        if due < start - from_hours * HOUR:
            yield due
            break
    yield start - _CLOSE_BEFORE_START


def _next_multiple(value: int, of: int) -> int:
    return -(-value // of) * of
