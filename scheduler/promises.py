"""What a collector promises to see of each game, and the fewest calls that keep it: pure functions.

One call to a sport shows all of its games, so a call keeps every promise whose time it falls into.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

CLOSE = "close"
# how long before the announced start a close is asked for, where a sport's games tell nothing else
CLOSE_BEFORE_START = timedelta(minutes=5)
# and at most: the announced starts are looked at a last time this long before them
LONGEST_LEAD = timedelta(minutes=15)
# how far ahead a tier without an end promises anything
FARTHEST = timedelta(days=7)


@dataclass(frozen=True)
class Tier:
    """One row of `fetch_tiers.csv`: between `to` and `opens` before a start, once an interval."""

    tier: str
    until: timedelta
    since: timedelta
    interval: timedelta


@dataclass(frozen=True)
class Game:
    """A game that is announced; its promises begin when it is first seen.

    `close_lead` is how long before the start its close is asked for.
    """

    event_id: str
    sport_key: str
    starts_at: datetime
    first_seen_at: datetime
    close_lead: timedelta = CLOSE_BEFORE_START

    @property
    def close_at(self) -> datetime:
        """When its close is asked for."""
        return self.starts_at - self.close_lead


@dataclass(frozen=True)
class Promise:
    """One capture at any time of the closed interval keeps it."""

    opens_at: datetime
    closes_at: datetime
    sport_key: str
    event_id: str
    tier: str

    def is_kept_by(
        self,
        captures: Sequence[datetime],
        *,
        early: timedelta = timedelta(0),
        late: timedelta = timedelta(0),
    ) -> bool:
        """Whether one of the captures, sorted, falls into it, or misses it by so little."""
        position = bisect_left(captures, self.opens_at - early)
        return position < len(captures) and captures[position] <= self.closes_at + late


def tier_promises(game: Game, tiers: Iterable[Tier]) -> Iterator[Promise]:
    """The whole intervals of each tier between the first snapshot of a game and its start."""
    for tier in tiers:
        opens_at = max(game.first_seen_at, game.starts_at - min(tier.since, FARTHEST))
        while opens_at + tier.interval <= game.starts_at - tier.until:
            closes_at = opens_at + tier.interval
            yield Promise(opens_at, closes_at, game.sport_key, game.event_id, tier.tier)
            opens_at = closes_at


def lead_of(minutes: float | None) -> timedelta:
    """How long before a start its close is asked for; None where its sport tells nothing."""
    return CLOSE_BEFORE_START if minutes is None else timedelta(minutes=minutes)


def close_promise(game: Game, *, slack: timedelta = timedelta(0)) -> Promise:
    """The close: exactly its lead before the start, or up to `slack` later than that.

    Slack lets one call take the closes of games that start within it of one another.
    """
    return Promise(game.close_at, game.close_at + slack, game.sport_key, game.event_id, CLOSE)


def fewest_early_captures(promises: Iterable[Promise]) -> list[datetime]:
    """The fewest moments that keep every promise, each when one of them opens, sorted.

    For closes: games begin some minutes before they were announced to, and then it is too late.
    """
    chosen: list[datetime] = []
    for promise in sorted(promises, key=lambda each: each.opens_at, reverse=True):
        if not chosen or promise.closes_at < chosen[-1]:
            chosen.append(promise.opens_at)
    return chosen[::-1]


def fewest_captures(
    promises: Iterable[Promise], *, fixed: Iterable[datetime] = ()
) -> list[datetime]:
    """The fewest moments that, with the fixed ones, keep every promise.

    Promises that no fixed moment keeps are taken in order of their ends, each at its very end if
    nothing chosen before keeps it: no set of moments is smaller, because the promises that made
    one necessary do not overlap.

    Returns:
        The fixed moments and those chosen, sorted, each once.
    """
    known = sorted(set(fixed))
    chosen: list[datetime] = []
    for promise in sorted(promises, key=lambda each: (each.closes_at, each.opens_at)):
        is_kept = bool(chosen) and chosen[-1] >= promise.opens_at
        if not is_kept and not promise.is_kept_by(known):
            chosen.append(promise.closes_at)
    return sorted({*known, *chosen})
