"""What the collector does next, when and why: pure functions over a state."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal

import orjson

from ingestion.errors import UsageError
from ingestion.fetching import build_requests
from ingestion.odds_api.catalogue import SEEDS_DIR, known
from ingestion.odds_api.credits import next_month
from ingestion.odds_api.endpoints import Request
from ingestion.settings import Settings
from scheduler.budget import Budget, BudgetState
from scheduler.planning import LATE, PlannedCall, Rules, plan
from scheduler.promises import CLOSE, FARTHEST, Tier
from scheduler.recurring import next_events_call, next_scores_call
from scheduler.state import State

Job = Literal[
    "fetch-odds",
    "fetch-events",
    "fetch-scores",
    "build",
    "test",
    "maintenance",
    "publish",
    "heartbeat",
    "plan",
]
DAILY = "daily"
# everything is built, then tested, then tidied up
DAILY_JOBS: tuple[Job, ...] = ("build", "test", "maintenance")
FIXED = "fixed"
SCORES_DAYS_FROM = 3
SMALL_PLAN = 1000
# the feed is read anew once a minute: a second call before that shows nothing new
FEED_INTERVAL = timedelta(seconds=60)
# of calls by the clock: one that was late must not make late all that follow
CLOCK_INTERVAL = FEED_INTERVAL / 2
# long work keeps away from calls that cannot wait
CLEAR_OF_CALLS = timedelta(minutes=15)


@dataclass(frozen=True)
class Entry:
    """One thing to do; `refused` says which state of the budget forbids it."""

    due_at: datetime
    job: Job
    reason: str
    sport_key: str | None = None
    credits: int = 0
    refused: BudgetState | None = None

    @property
    def is_close(self) -> bool:
        """Whether a closing line depends on it."""
        return CLOSE in self.reason.split(", ")

    @property
    def is_daily(self) -> bool:
        """Whether it is long work of once a day."""
        return self.reason == DAILY


@dataclass(frozen=True)
class Collection:
    """What is collected, how often and for how much: the settings, as the agenda needs them."""

    planning: Rules
    odds: Mapping[str, Request]
    events: Mapping[str, Request]
    scores: Mapping[str, Request]
    scores_every_days: int | None
    full_build_every_days: int
    full_build_hour: int

    @classmethod
    def of(cls, settings: Settings) -> "Collection":
        """Read the settings and the tiers' seed.

        Raises:
            UsageError: the settings name something the API cannot serve.
        """
        sports = settings.odds_sports
        if not sports:
            raise UsageError("ODDS_SPORTS is empty: name at least one sport, like basketball_nba")
        odds = _by_sport(build_requests("odds", settings))
        with_scores = [key for key in sports if known().sport(key).has_scores]
        scores = (
            build_requests("scores", settings, sports=with_scores, days_from=SCORES_DAYS_FROM)
            if with_scores
            else []
        )
        return cls(
            planning=Rules(
                tiers=tiers_of_the_seed(),
                credits_a_call={key: request.estimated_credits for key, request in odds.items()},
                policy=settings.odds_policy,
                fixed_interval=timedelta(minutes=settings.odds_fixed_interval_minutes),
            ),
            odds=odds,
            events=_by_sport(build_requests("events", settings)),
            scores=_by_sport(scores),
            scores_every_days=settings.odds_scores_every_days,
            full_build_every_days=settings.odds_full_build_every_days,
            full_build_hour=settings.odds_full_build_hour,
        )

    @property
    def odds_params(self) -> dict[str, str]:
        """By sport, the parameters of its call as they stand in a landed row."""
        return {
            key: orjson.dumps(request.params, option=orjson.OPT_SORT_KEYS).decode()
            for key, request in self.odds.items()
        }

    def request(self, entry: Entry) -> Request:
        """What an entry that fetches asks the API."""
        kinds = {"fetch-odds": self.odds, "fetch-events": self.events, "fetch-scores": self.scores}
        return kinds[entry.job][entry.sport_key or ""]

    def scores_interval(self, budget: Budget) -> timedelta:
        """How often scores are asked for: every second day where credits are few."""
        default = 2 if budget.granted <= SMALL_PLAN else 1
        return timedelta(days=self.scores_every_days or default)


def agenda(state: State, collection: Collection, *, now: datetime, until: datetime) -> list[Entry]:
    """Everything due from now to then, in order of time; what is overdue is due now."""
    odds = list(_odds(state, collection, now=now, until=until))
    entries = [
        *_events(state, collection, now=now, until=until),
        *odds,
        *_scores(state, collection, now=now, until=until),
        *_daily(state, collection, now=now, until=until, odds=odds),
    ]
    return sorted(entries, key=lambda entry: (entry.due_at, entry.job))


@cache
def tiers_of_the_seed() -> tuple[Tier, ...]:
    """The rows of `fetch_tiers.csv`; a tier without an end ends where games are announced."""
    with (SEEDS_DIR / "fetch_tiers.csv").open(newline="") as file:
        return tuple(
            Tier(
                row["tier"],
                timedelta(hours=float(row["from_hours"])),
                timedelta(hours=float(row["to_hours"])) if row["to_hours"] else FARTHEST,
                timedelta(minutes=float(row["interval_minutes"])),
            )
            for row in csv.DictReader(file)
        )


def _odds(
    state: State, collection: Collection, *, now: datetime, until: datetime
) -> Iterator[Entry]:
    found = plan(
        state.announced(collection.odds, now=now),
        state.captures(collection.odds_params),
        rules=collection.planning,
        budget=without_scores(state.budget, collection, now=now),
        # a moment that has just passed is still to be kept
        now=now - LATE,
        until=until,
    )
    for call in found.calls:
        yield _entry(call, state, now=now)
    for dropped in found.dropped:
        yield replace(_entry(dropped.call, state, now=now), refused=dropped.state)


def _entry(call: PlannedCall, state: State, *, now: datetime) -> Entry:
    last = state.last_call("odds", call.sport_key)
    apart = FEED_INTERVAL if call.keeps else CLOCK_INTERVAL
    earliest = max(now - LATE, last.captured_at + apart if last else now - LATE)
    reason = ", ".join(call.reasons) or FIXED
    return Entry(max(call.at, earliest), "fetch-odds", reason, call.sport_key, call.credits)


def without_scores(budget: Budget, collection: Collection, *, now: datetime) -> Budget:
    """What odds may spend: the scores of the rest of the month come first, they are few."""
    calls = -((now - next_month(now)) // collection.scores_interval(budget))
    needed = calls * sum(request.estimated_credits for request in collection.scores.values())
    return replace(budget, granted=max(budget.granted - needed, 0))


def _events(
    state: State, collection: Collection, *, now: datetime, until: datetime
) -> Iterator[Entry]:
    for sport_key in collection.events:
        starts = [game.starts_at for game in state.announced([sport_key], now=now)]
        last = state.last_call("events", sport_key)
        # an answer tells the time, where ours is wrong
        is_known = last is not None and not state.is_ahead_of(now)
        last_call = last.captured_at if last and is_known else None
        at = next_events_call(starts, last_call=last_call, now=now)
        while at <= until:
            yield Entry(at, "fetch-events", "announced games", sport_key)
            at = next_events_call(starts, last_call=at, now=at)


def _scores(
    state: State, collection: Collection, *, now: datetime, until: datetime
) -> Iterator[Entry]:
    every = collection.scores_interval(state.budget)
    for sport_key, request in collection.scores.items():
        ends = state.waiting(sport_key, now=now)
        ends += [
            watched.over_at
            for watched in state.games
            if watched.game.sport_key == sport_key and watched.game.starts_at > now
        ]
        last = state.last_call("scores", sport_key)
        at = next_scores_call(
            ends, last_call=last.captured_at if last else None, every=every, now=now
        )
        while at is not None and at <= until:
            is_paid = state.budget.at(at).remaining >= request.estimated_credits
            yield Entry(
                at,
                "fetch-scores",
                "final scores",
                sport_key,
                request.estimated_credits,
                refused=None if is_paid else "exhausted",
            )
            # what is over by then has its result from this call
            ends = [end for end in ends if end > at]
            at = next_scores_call(ends, last_call=at, every=every, now=at)


def _daily(
    state: State, collection: Collection, *, now: datetime, until: datetime, odds: list[Entry]
) -> Iterator[Entry]:
    for job in DAILY_JOBS:
        # one that failed or died is made up for: the day it was last done stands as it was
        last = state.last_daily.get(job) or state.first_worked_at or now
        at = max(_next_daily(last, collection), now)
        while at <= until:
            clear = _clear_of(at, odds)
            if clear <= until:
                yield Entry(clear, job, DAILY)
            at = _next_daily(at, collection)


def _next_daily(last: datetime, collection: Collection) -> datetime:
    day = last.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    # the first such hour after the last one, and then so many days less one
    at = day.replace(hour=collection.full_build_hour)
    if at <= last:
        at += timedelta(days=1)
    return at + timedelta(days=collection.full_build_every_days - 1)


def _clear_of(at: datetime, odds: list[Entry]) -> datetime:
    for entry in odds:
        if entry.refused is None and at <= entry.due_at <= at + CLEAR_OF_CALLS:
            at = entry.due_at + timedelta(minutes=1)
    return at


def _by_sport(requests: list[Request]) -> dict[str, Request]:
    return {request.sport_key or "": request for request in requests}
