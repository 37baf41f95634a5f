"""Which calls are due, when, why, and which of them the budget does not allow: a pure function."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from ingestion.odds_api.credits import next_month
from scheduler.budget import Budget, BudgetState
from scheduler.promises import (
    CLOSE,
    FARTHEST,
    Game,
    Promise,
    Tier,
    close_promise,
    fewest_captures,
    fewest_early_captures,
    tier_promises,
)

Policy = Literal["adaptive", "closes", "fixed"]
# closes of games that start within this of one another share a call where credits are short
CLOSE_SLACK = timedelta(minutes=4)
# of a throttled month: what is seen less often than this is left out
THROTTLED_INTERVAL = timedelta(hours=3)
BUSIER_WEEK = 2.5
# games announced for fewer days than this do not tell how many a day there will be
FEWEST_DAYS = timedelta(days=3)
FIRST_LOOK = "first look"
# a call is answered a little after its moment, by a clock that is not quite ours
LATE = timedelta(seconds=60)
EARLY = timedelta(seconds=5)
# slots of the fixed schedule are counted from here, whatever was late
FIRST_SLOT = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class PlannedCall:
    """One call for the odds of a sport, with the promises it keeps."""

    at: datetime
    sport_key: str
    credits: int
    keeps: tuple[Promise, ...]

    @property
    def is_close(self) -> bool:
        """Whether a closing line depends on it."""
        return any(promise.tier == CLOSE for promise in self.keeps)

    @property
    def tiers(self) -> list[str]:
        """The tiers of the promises it keeps."""
        return sorted({promise.tier for promise in self.keeps})

    @property
    def reasons(self) -> list[str]:
        """Why it is made at this moment: the tiers of the promises that end with it."""
        ending = {
            promise.tier
            for promise in self.keeps
            if promise.tier == CLOSE or promise.closes_at == self.at
        }
        return sorted(ending)


@dataclass(frozen=True)
class DroppedCall:
    """A call that is due and not made, and the state of the budget that forbids it."""

    call: PlannedCall
    state: BudgetState


@dataclass(frozen=True)
class Plan:
    """Calls in order of time, and those that cannot be paid."""

    calls: tuple[PlannedCall, ...]
    dropped: tuple[DroppedCall, ...]


@dataclass(frozen=True)
class Rules:
    """What is promised and what it costs.

    `credits_a_call` is by sport; `fixed_interval` belongs to the policy `fixed`, which calls by the
    clock while games are announced.
    """

    tiers: tuple[Tier, ...]
    credits_a_call: Mapping[str, int]
    policy: Policy = "adaptive"
    fixed_interval: timedelta = timedelta(minutes=30)


def plan(
    games: Sequence[Game],
    captures: Mapping[str, Sequence[datetime]],
    *,
    rules: Rules,
    budget: Budget,
    now: datetime,
    until: datetime,
) -> Plan:
    """The calls from `now` to `until`, merged over all games of a sport, as far as credits go.

    Closes come first: whatever else is due is paid only from what the closes of the rest of the
    month leave. A sport without games is not called. What should have been seen before `now` and
    was not is made up for at `now`; a sport that `captures` lacks is looked at first of all.

    Args:
        games: announced and not started; others are passed over.
        captures: by sport, when odds were last asked for and came, sorted.
        rules: tiers, prices and policy.
        budget: the credits of the month of `now`.
        now: nothing is planned before.
        until: nor after.
    """
    by_sport: dict[str, list[Game]] = {}
    for game in games:
        if game.starts_at > now:
            by_sport.setdefault(game.sport_key, []).append(game)
    calls = sorted(
        (
            call
            for sport_key, announced in sorted(by_sport.items())
            for call in _calls(announced, captures.get(sport_key), rules, budget, now)
        ),
        key=lambda call: (call.at, call.sport_key),
    )
    return _as_far_as_credits_go(calls, budget, now=now, until=until)


def _calls(
    games: Sequence[Game],
    known_captures: Sequence[datetime] | None,
    rules: Rules,
    budget: Budget,
    now: datetime,
) -> Iterator[PlannedCall]:
    captures = known_captures or ()
    sport_key = games[0].sport_key
    cost = rules.credits_a_call[sport_key]
    if rules.policy == "fixed":
        promises: list[Promise] = []
        moments = list(_by_the_clock(games, captures, rules.fixed_interval, now))
    else:
        is_short = rules.policy == "closes" or _is_short(games, cost, budget, now)
        closes = [
            promise for game in games if (promise := _close_due(game, captures, now, is_short))
        ]
        tiers = [] if rules.policy == "closes" else list(_tiers_due(games, captures, rules, now))
        if known_captures is None and tiers:
            tiers.append(Promise(now, now, sport_key, games[0].event_id, FIRST_LOOK))
        promises = [*closes, *tiers]
        moments = fewest_captures(tiers, fixed=fewest_early_captures(closes))
    for moment in moments:
        keeps = tuple(each for each in promises if each.opens_at <= moment <= each.closes_at)
        yield PlannedCall(moment, sport_key, cost, keeps)


def _by_the_clock(
    games: Sequence[Game], captures: Sequence[datetime], interval: timedelta, now: datetime
) -> Iterator[datetime]:
    """The slots to come, and now where nothing was captured since the last one."""
    last = max(game.starts_at for game in games)
    slot = slot_of(now, interval)
    while slot < last:
        # a slot that comes at once takes the place of one that was not met
        is_due = slot >= now or slot + interval > now + LATE
        if is_due and (not captures or captures[-1] < slot - EARLY):
            yield max(slot, now)
        slot += interval


def slot_of(moment: datetime, interval: timedelta) -> datetime:
    """The last slot of the fixed schedule at a moment."""
    return moment - (moment - FIRST_SLOT) % interval


def _close_due(
    game: Game, captures: Sequence[datetime], now: datetime, is_short: bool
) -> Promise | None:
    """The close as it can still be had: a moment that has passed unused is made up for at once."""
    promise = close_promise(game, slack=CLOSE_SLACK if is_short else timedelta(0))
    whole = replace(promise, closes_at=game.starts_at)
    if whole.is_kept_by(captures, early=EARLY):
        return None
    if promise.opens_at >= now:
        return promise
    return Promise(now, max(now, promise.closes_at), game.sport_key, game.event_id, CLOSE)


def _tiers_due(
    games: Sequence[Game], captures: Sequence[datetime], rules: Rules, now: datetime
) -> Iterator[Promise]:
    for game in games:
        over: list[Promise] = []
        for promise in tier_promises(game, rules.tiers):
            if promise.closes_at < now:
                over.append(promise)
            elif not promise.is_kept_by(captures, late=LATE):
                yield promise
        broken = max(over, key=lambda promise: promise.closes_at, default=None)
        if broken and (not captures or captures[-1] < broken.opens_at):
            yield replace(broken, closes_at=now)


def _is_short(games: Sequence[Game], cost: int, budget: Budget, now: datetime) -> bool:
    """Whether the closes of the month, each with a call of its own, are more than is left."""
    closes = {game.close_at for game in games}
    return _reserve(sorted(closes), cost, now) > budget.at(now).remaining


def credits_for_closes(
    games: Sequence[Game], *, credits_a_call: Mapping[str, int], now: datetime
) -> int:
    """What the closes of all sports will take to the end of the month.

    Args:
        games: announced and not started.
        credits_a_call: by sport; other sports are not collected.
        now: the moment.
    """
    return sum(
        _reserve(
            sorted({game.close_at for game in games if game.sport_key == sport_key}),
            cost,
            now,
        )
        for sport_key, cost in credits_a_call.items()
    )


def _reserve(closes: Sequence[datetime], cost: int, now: datetime) -> int:
    """Credits the closes to the end of the month will take: those known, and those to come.

    Games are announced some days ahead, a week at most; what lies beyond the last of them is taken
    to be busier, by the share that weeks of a season differ. What is not needed is free again
    before the month ends; what was spent too early is not.
    """
    month_ends = next_month(now)
    to_come = [close for close in closes if close >= now]
    known = sum(1 for close in to_come if close < month_ends)
    announced_until = min(max(to_come, default=now), now + FARTHEST)
    unknown_days = max((month_ends - announced_until) / timedelta(days=1), 0)
    days = max(announced_until - now, FEWEST_DAYS) / timedelta(days=1)
    a_day = sum(1 for close in to_come if close <= announced_until) / days
    return round((known + BUSIER_WEEK * a_day * unknown_days) * cost)


def _as_far_as_credits_go(
    calls: Sequence[PlannedCall], budget: Budget, *, now: datetime, until: datetime
) -> Plan:
    made: list[PlannedCall] = []
    dropped: list[DroppedCall] = []
    left = budget
    closes = [call.at for call in calls if call.is_close]
    for call in calls:
        if not now <= call.at <= until:
            continue
        left = left.at(call.at)
        later = [close for close in closes if close > call.at]
        state = left.state(cost=call.credits, reserved=_reserve(later, call.credits, call.at))
        if _is_allowed(call, state):
            made.append(call)
            left = left.after(call.credits)
        else:
            dropped.append(DroppedCall(call, state))
    return Plan(tuple(made), tuple(dropped))


def _is_allowed(call: PlannedCall, state: BudgetState) -> bool:
    if state == "exhausted":
        return False
    if call.is_close or state == "normal":
        return True
    if state == "throttled":
        return any(
            promise.closes_at - promise.opens_at <= THROTTLED_INTERVAL for promise in call.keeps
        )
    return False
