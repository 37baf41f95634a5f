"""A season's schedule called by several policies on virtual time: calls, credits, what is kept."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ingestion.errors import UsageError
from ingestion.results import read_results
from scheduler.agenda import tiers_of_the_seed
from scheduler.budget import Budget, month_of
from scheduler.ledger import FREE_PLAN
from scheduler.planning import Policy, Rules, plan
from scheduler.promises import (
    CLOSE_BEFORE_START,
    FARTHEST,
    Game,
    Tier,
    close_promise,
    fewest_captures,
    tier_promises,
)
from scheduler.recurring import next_scores_call

SPORT = "basketball_nba"
CREDITS_A_CALL = 3
CREDITS_OF_SCORES = 2
SCORES_EVERY = timedelta(days=2)
GAME_LASTS = timedelta(hours=4)
PLENTY = 100_000
# as often as the collector looks at the announced starts anew
LOOKS_AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class SeasonOfCalls:
    """What a policy came to; shares of promises, and of closes seen in the last five minutes."""

    name: str
    calls: int
    credits: int
    dearest_month: int
    promises_kept: float
    closes_kept: float


def schedule_of(path: Path, *, since: datetime, until: datetime) -> list[Game]:
    """The games of a table of scores, each announced a week ahead, in order of their starts.

    Raises:
        UsageError: it is no such table, or has no game of these days.
    """
    starts = sorted(
        datetime.fromisoformat(row.starts_at)
        for row in read_results(path, source=path.stem)
        if row.sport_key == SPORT and row.starts_at
    )
    games = [
        Game(str(number), SPORT, start, start - FARTHEST)
        for number, start in enumerate(starts)
        if since <= start < until
    ]
    if not games:
        raise UsageError(f"{path}: no game of {SPORT} from {since:%Y-%m-%d} to {until:%Y-%m-%d}")
    return games


def measure_policies(games: Sequence[Game]) -> list[SeasonOfCalls]:
    """Every policy over the same season; the first is the optimum of one who knows all of it."""
    tiers = tiers_of_the_seed()
    closes = {close_promise(game).opens_at for game in games}
    promises = [promise for game in games for promise in tier_promises(game, tiers)]
    optimum = fewest_captures(promises, fixed=closes)
    measured = [
        _judged("optimum, all known before", optimum, games, tiers),
        _judged("sleep by the nearest game's interval", _sleeping(games, tiers), games, tiers),
    ]
    policies: list[tuple[Policy, int]] = [
        ("closes", PLENTY),
        ("adaptive", PLENTY),
        ("adaptive", 800),
        ("adaptive", 500),
    ]
    for policy, granted in policies:
        name = policy if granted == PLENTY else f"{policy}, {granted} credits a month"
        captures = _planned(games, Rules(tiers, {SPORT: CREDITS_A_CALL}, policy=policy), granted)
        measured.append(_judged(name, captures, games, tiers))
    scores = _scores_calls(games)
    most_scores = max(Counter(map(month_of, scores)).values()) * CREDITS_OF_SCORES
    rules = Rules(tiers, {SPORT: CREDITS_A_CALL}, policy="closes")
    captures = _planned(games, rules, FREE_PLAN - most_scores)
    name = f"closes and scores, {FREE_PLAN} credits a month"
    measured.append(_judged(name, captures, games, tiers, scores=scores))
    return measured


def _planned(games: Sequence[Game], rules: Rules, granted: int) -> list[datetime]:
    """Plan anew before every call, from what is announced by then."""
    starts = [game.starts_at for game in games]
    announced = [game.first_seen_at for game in games]
    captures: list[datetime] = []
    spent: Counter[datetime] = Counter()
    now = announced[0]
    while now < starts[-1]:
        month = month_of(now)
        first, last = bisect_right(starts, now), bisect_right(announced, now)
        looks_again = min([now + LOOKS_AGAIN_AFTER, *announced[last : last + 1]])
        found = plan(
            games[first:last],
            {SPORT: captures},
            rules=rules,
            budget=Budget(granted, spent[month], month),
            now=now,
            until=looks_again,
        )
        if not found.calls:
            now = max(looks_again, now + timedelta(seconds=1))
            continue
        now = found.calls[0].at
        captures.append(now)
        spent[month_of(now)] += CREDITS_A_CALL
        now += timedelta(seconds=1)
    return captures


def _scores_calls(games: Sequence[Game]) -> list[datetime]:
    """When final scores are asked for, every second day."""
    calls: list[datetime] = []
    ends = [game.starts_at + GAME_LASTS for game in games]
    now, last = ends[0], None
    while (at := next_scores_call(ends, last_call=last, every=SCORES_EVERY, now=now)) is not None:
        calls.append(at)
        ends = ends[bisect_right(ends, at) :]
        now = last = at
    return calls


def _sleeping(games: Sequence[Game], tiers: Sequence[Tier]) -> list[datetime]:
    """What collectors often do: call, then sleep for as long as the nearest game's tier says."""
    starts = [game.starts_at for game in games]
    now, captures = games[0].first_seen_at, []
    while now < starts[-1]:
        to_start = starts[bisect_right(starts, now)] - now
        interval = next(
            (tier.interval for tier in tiers if tier.until <= to_start < tier.since), None
        )
        if interval and to_start <= FARTHEST:
            captures.append(now)
        now += interval or LOOKS_AGAIN_AFTER
    return captures


def _judged(
    name: str,
    captures: list[datetime],
    games: Sequence[Game],
    tiers: Sequence[Tier],
    *,
    scores: Sequence[datetime] = (),
) -> SeasonOfCalls:
    by_month: Counter[datetime] = Counter()
    for moments, cost in ((captures, CREDITS_A_CALL), (scores, CREDITS_OF_SCORES)):
        for moment in moments:
            by_month[month_of(moment)] += cost
    promises = [promise for game in games for promise in tier_promises(game, tiers)]
    return SeasonOfCalls(
        name=name,
        calls=len(captures) + len(scores),
        credits=by_month.total(),
        dearest_month=max(by_month.values()),
        promises_kept=_share([promise.is_kept_by(captures) for promise in promises]),
        closes_kept=_share([_is_close_seen(game, captures) for game in games]),
    )


def _is_close_seen(game: Game, captures: Sequence[datetime]) -> bool:
    position = bisect_left(captures, game.starts_at - CLOSE_BEFORE_START)
    return position < len(captures) and captures[position] < game.starts_at


def _share(kept: Sequence[bool]) -> float:
    return sum(kept) / len(kept)
