"""Which due calls for odds were never made: a pure function over what is promised and what came."""

from collections.abc import Collection as SomeOf
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from scheduler.agenda import FIXED, Collection
from scheduler.planning import EARLY, slot_of
from scheduler.promises import (
    CLOSE,
    FARTHEST,
    LONGEST_LEAD,
    Game,
    Promise,
    tier_promises,
)
from scheduler.state import NEVER, State

# what was due longer ago than games are announced for is not known any more
TOLD_BACK = FARTHEST
# a call that comes this share of its interval late was late, not missed
LATE_SHARE = 0.1
INSTANT = timedelta(microseconds=1)
TIER = "tier"


@dataclass(frozen=True)
class Refusal:
    """Calls of a sport that the credits of a day did not allow, and the tiers they were for."""

    sport_key: str
    day: date
    tiers: frozenset[str]


@dataclass(frozen=True)
class Due:
    """A call that was due; one capture that the promise takes for it is enough.

    `kind` is close, tier or fixed; `over_at` is when it is too late for it.
    """

    kind: str
    promise: Promise
    due_at: datetime
    over_at: datetime


@dataclass(frozen=True)
class Missed:
    """Due calls of one kind, sport and day (UTC) that were not made."""

    sport_key: str
    kind: str
    day: date
    count: int
    tiers: frozenset[str]
    first_due_at: datetime
    last_due_at: datetime
    last_over_at: datetime

    def and_then(self, later: "Missed") -> "Missed":
        """With those of the same kind, sport and day that ended after them."""
        return replace(
            self,
            count=self.count + later.count,
            tiers=self.tiers | later.tiers,
            last_due_at=later.last_due_at,
            last_over_at=max(self.last_over_at, later.last_over_at),
        )


@dataclass(frozen=True)
class Watched:
    """A sport whose plan is in force, and until when it was judged."""

    in_force_since: datetime
    judged_until: datetime


def missed_calls(
    state: State,
    collection: Collection,
    *,
    watched: Mapping[str, Watched],
    refusals: SomeOf[Refusal],
    known_starts: Mapping[str, datetime],
    now: datetime,
) -> list[Due]:
    """The calls for odds that were due, are over since a sport was last judged, and did not come.

    Args:
        state: the games, and the calls that were answered.
        collection: what is promised.
        watched: by sport; what began before a plan came into force was not promised.
        refusals: what the credits did not allow was not missed.
        known_starts: by event, the start as it was known when this was last asked: what a start
            that has moved since then promised before is not judged any more.
        now: the moment.
    """
    captures = _answered(state, collection)
    games = [
        each.game
        for each in state.games
        if known_starts.get(each.game.event_id, each.game.starts_at) == each.game.starts_at
    ]
    return [
        due
        for sport_key, since in watched.items()
        for due in _due_calls(
            [game for game in games if game.sport_key == sport_key], collection, since, now
        )
        if due.promise.opens_at >= since.in_force_since
        and max(since.judged_until, now - TOLD_BACK) < due.over_at <= now
        and not _is_kept(due, captures.get(sport_key, ()))
        and not _is_refused(due, refusals)
    ]


def by_day(missed: SomeOf[Due], counted_until: Mapping[tuple[str, str], datetime]) -> list[Missed]:
    """What was missed of each kind, sport and day, with the fewest calls that would have done.

    Args:
        missed: the calls.
        counted_until: by sport and kind, when the last call would have been made that was counted
            before: what it would have kept, too, is not counted again.
    """
    groups: dict[tuple[str, str, date], list[Due]] = {}
    last = dict(counted_until)
    for due in sorted(missed, key=lambda due: due.due_at):
        key = (due.promise.sport_key, due.kind)
        opens_at = due.promise.opens_at if due.kind == TIER else due.due_at
        if not opens_at <= last.get(key, NEVER) <= due.due_at:
            last[key] = max(due.due_at, last.get(key, NEVER))
            groups.setdefault((*key, due.due_at.date()), []).append(due)
    return [
        Missed(
            sport_key=sport_key,
            kind=kind,
            day=day,
            count=len(group),
            tiers=frozenset(due.promise.tier for due in group),
            first_due_at=group[0].due_at,
            last_due_at=group[-1].due_at,
            last_over_at=max(due.over_at for due in group),
        )
        for (sport_key, kind, day), group in groups.items()
    ]


def _due_calls(
    games: Sequence[Game], collection: Collection, since: Watched, now: datetime
) -> Iterator[Due]:
    rules = collection.planning
    if rules.policy == "fixed":
        yield from _slots(games, rules.fixed_interval, since, now)
        return
    for game in games:
        # nobody could have known of it in time
        if game.first_seen_at <= game.close_at:
            whole = Promise(
                game.starts_at - LONGEST_LEAD,
                game.starts_at - INSTANT,
                game.sport_key,
                game.event_id,
                CLOSE,
            )
            yield Due(CLOSE, whole, game.close_at, game.starts_at)
        if rules.policy == "adaptive":
            for promise in tier_promises(game, rules.tiers):
                over_at = promise.closes_at + LATE_SHARE * (promise.closes_at - promise.opens_at)
                yield Due(TIER, promise, promise.closes_at, over_at)


def _slots(
    games: Sequence[Game], interval: timedelta, since: Watched, now: datetime
) -> Iterator[Due]:
    """The slots that had games announced; each is over where the next one begins."""
    slot = slot_of(max(since.judged_until, now - TOLD_BACK), interval) - interval
    while slot + interval <= now:
        game = next((g for g in games if g.first_seen_at <= slot < g.starts_at), None)
        if game:
            over_at = slot + interval
            until = over_at - EARLY - INSTANT
            yield Due(
                FIXED, Promise(slot, until, game.sport_key, game.event_id, FIXED), slot, over_at
            )
        slot += interval


def _answered(state: State, collection: Collection) -> dict[str, list[datetime]]:
    """By sport, when a call as it is planned was answered, be it with nothing."""
    found: dict[str, list[datetime]] = {}
    for call in sorted(state.calls, key=lambda call: call.captured_at):
        if call.kind == "odds" and call.params == collection.odds_params.get(call.sport_key):
            found.setdefault(call.sport_key, []).append(call.captured_at)
    return found


def _is_kept(due: Due, captures: Sequence[datetime]) -> bool:
    late = due.over_at - due.due_at if due.kind == TIER else timedelta(0)
    return due.promise.is_kept_by(captures, early=EARLY, late=late)


def _is_refused(due: Due, refusals: SomeOf[Refusal]) -> bool:
    first, last = due.promise.opens_at.date(), due.over_at.date()
    return any(
        refusal.sport_key == due.promise.sport_key
        and due.promise.tier in refusal.tiers
        and first <= refusal.day <= last
        for refusal in refusals
    )
