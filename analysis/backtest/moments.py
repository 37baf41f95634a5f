"""When a backtest decides: so long before each start, at a time of day, or in a tier."""

import re
from dataclasses import dataclass
from typing import Literal

Clock = Literal["published", "ingested"]
CLOCKS: tuple[Clock, ...] = ("published", "ingested")
# where `price_moments` names no other
DEFAULT_MAX_AGE_MINUTES = 60

LONGEST_BEFORE_SECONDS = 366 * 24 * 3600

_BEFORE = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<unit>[hm])")
_TIME_OF_DAY = re.compile(r"(?P<hours>[01][0-9]|2[0-3]):(?P<minutes>[0-5][0-9])")
_TIER = re.compile(r"tier:(?P<tier>[a-z_]+)")


class MomentError(ValueError):
    """A moment that the warehouse does not know; says which it does."""


@dataclass(frozen=True)
class Moment:
    """One rule that gives each event at most one decision, by its start as announced then.

    `kind` says how it is meant: `seconds` before the start; `seconds` after midnight where the
    league plays, the last time before the start; or the first snapshot that falls into a `tier` of
    `fetch_tiers`.
    """

    text: str
    kind: Literal["before_start", "time_of_day", "tier"]
    seconds: int = 0
    tier: str = ""


def parse_moment(text: str) -> Moment:
    """Read `1h`, `90m`, `18:00` or `tier:closing`.

    Raises:
        ValueError: it is none of these.
    """
    if match := _BEFORE.fullmatch(text):
        seconds = float(match["number"]) * (3600 if match["unit"] == "h" else 60)
        if seconds > LONGEST_BEFORE_SECONDS:
            raise ValueError(f"{text} is over a year before the start")
        return _before_start(round(seconds))
    if match := _TIME_OF_DAY.fullmatch(text):
        seconds = int(match["hours"]) * 3600 + int(match["minutes"]) * 60
        return Moment(text=text, kind="time_of_day", seconds=seconds)
    if match := _TIER.fullmatch(text):
        return Moment(text=text, kind="tier", tier=match["tier"])
    raise ValueError(
        f"{text!r} is no moment: give 1h or 90m (before the start), 18:00 (where the league plays) "
        "or tier:closing"
    )


def _before_start(seconds: int) -> Moment:
    """One text for each, however it was written: another text would be another run."""
    text = f"{seconds // 3600}h" if seconds % 3600 == 0 else f"{seconds / 60:g}m"
    return Moment(text=text, kind="before_start", seconds=seconds)
