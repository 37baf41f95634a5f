"""The bankroll through time: what is free to stake, what is open, and what came of it."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter

from analysis.backtest.sizing import Sizing

# a stake of which nothing is heard is free again by then, its bet pending all the same
RELEASED_AFTER = timedelta(days=14)


@dataclass(frozen=True)
class Payout:
    """What a bet has come to at a moment, per unit staked; a corrected score brings another one."""

    at: datetime
    profit: float


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A bet that a strategy wants, before its stake is known.

    `number` is its place in the total order; `group` is shared by legs; `stake_limit` is the most
    its book takes, 0 where the price could not be taken at all.
    """

    number: int
    event_id: str
    decided_at: datetime
    day: date
    decimal_price: float
    win_probability: float | None
    push_probability: float
    group: str | None
    stake_share: float
    stake_limit: float | None
    payouts: Sequence[Payout]


@dataclass
class _Account:
    """Money at one moment; payouts to come wait in a heap by time and bet."""

    bankroll: float
    open_by_event: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    open_stake: float = 0.0
    staked_by_day: dict[date, float] = field(default_factory=lambda: defaultdict(float))
    waiting: list[tuple[datetime, int, int, float, float, str]] = field(default_factory=list)

    @property
    def available(self) -> float:
        return max(self.bankroll - self.open_stake, 0.0)

    def collect(self, until: datetime) -> None:
        """Credit what is known by then; the first payout of a bet gives its stake back."""
        while self.waiting and self.waiting[0][0] <= until:
            _, _, _, stake, profit, event_id = heapq.heappop(self.waiting)
            self.bankroll += profit
            self.open_stake -= stake
            self.open_by_event[event_id] -= stake

    def place(self, candidate: Candidate, stake: float) -> None:
        self.open_stake += stake
        self.open_by_event[candidate.event_id] += stake
        self.staked_by_day[candidate.day] += stake
        before = 0.0
        # at that moment nobody knows whether a result will come yet
        freed_at = candidate.decided_at + RELEASED_AFTER
        is_late = not candidate.payouts or candidate.payouts[0].at > freed_at
        if is_late:
            freed = (freed_at, candidate.number, 0, stake, 0.0, candidate.event_id)
            heapq.heappush(self.waiting, freed)
        for number, payout in enumerate(candidate.payouts, start=int(is_late)):
            entry = (payout.profit - before) * stake
            released = 0.0 if number else stake
            heapq.heappush(
                self.waiting,
                (payout.at, candidate.number, number, released, entry, candidate.event_id),
            )
            before = payout.profit


def stakes(
    candidates: Iterable[Candidate], *, sizing: Sizing, initial_bankroll: float
) -> dict[int, float]:
    """The stake of every candidate by number, 0 for no bet.

    Decisions of one moment are taken together, from the bankroll of that moment less what is open;
    results count from when they could be known.

    Raises:
        ValueError: the sizing needs what the strategy does not give.
    """
    account = _Account(bankroll=initial_bankroll)
    placed: dict[int, float] = {}
    ordered = sorted(candidates, key=attrgetter("decided_at", "number"))
    for decided_at, together in groupby(ordered, key=attrgetter("decided_at")):
        account.collect(decided_at)
        wanted = _stakes_at_once(list(together), account=account, sizing=sizing)
        for candidate, stake in wanted:
            placed[candidate.number] = stake
            if stake > 0:
                account.place(candidate, stake)
    return placed


def _stakes_at_once(
    candidates: Sequence[Candidate], *, account: _Account, sizing: Sizing
) -> list[tuple[Candidate, float]]:
    """Stakes of decisions of one moment, each brought down to its event's room, then all alike."""
    available = account.available
    wanted = [_wanted(candidate, available=available, sizing=sizing) for candidate in candidates]
    event_room = {
        event_id: max(sizing.max_event_share * available - account.open_by_event[event_id], 0.0)
        for event_id in {candidate.event_id for candidate in candidates}
    }
    wanted_by_event: dict[str, float] = defaultdict(float)
    for candidate, stake in zip(candidates, wanted, strict=True):
        wanted_by_event[candidate.event_id] += stake
    within_event = [
        stake * _share(event_room[candidate.event_id], wanted_by_event[candidate.event_id])
        for candidate, stake in zip(candidates, wanted, strict=True)
    ]
    day = candidates[0].day
    room = min(
        sizing.max_day_share * account.bankroll - account.staked_by_day[day],
        sizing.max_open_share * account.bankroll - account.open_stake,
        available,
    )
    share = _share(max(room, 0.0), sum(within_event))
    sized = [sizing.rounded(stake * share) for stake in within_event]
    return list(zip(candidates, _executed(candidates, sized, sizing=sizing), strict=True))


def _wanted(candidate: Candidate, *, available: float, sizing: Sizing) -> float:
    stake = sizing.wanted(
        available=available,
        decimal_price=candidate.decimal_price,
        win_probability=candidate.win_probability,
        push_probability=candidate.push_probability,
        is_group=candidate.group is not None,
    )
    return stake * candidate.stake_share


def _executed(
    candidates: Sequence[Candidate], sized: Sequence[float], *, sizing: Sizing
) -> list[float]:
    """What is staked in the end: legs in proportion up to the tightest limit.

    Legs that fall under the least stake take their group with them, and so do whole increments that
    would let an arbitrage lose; a leg that could not be taken (limit 0) does not, for the others
    are bet by then.
    """
    limits = [candidate.stake_limit for candidate in candidates]
    part = [
        1.0 if limit is None or stake <= limit or limit == 0 else limit / stake
        for stake, limit in zip(sized, limits, strict=True)
    ]
    group_part: dict[str, float] = {}
    for candidate, share in zip(candidates, part, strict=True):
        if candidate.group is not None:
            group_part[candidate.group] = min(share, group_part.get(candidate.group, 1.0))
    scaled = [
        sizing.rounded(stake * (share if candidate.group is None else group_part[candidate.group]))
        for candidate, stake, share in zip(candidates, sized, part, strict=True)
    ]
    legs: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for candidate, stake in zip(candidates, scaled, strict=True):
        if candidate.group is not None:
            legs[candidate.group].append((stake, candidate.decimal_price))
    dropped = {group for group, of_group in legs.items() if not _is_worth_it(of_group)}
    return [
        0.0 if candidate.stake_limit == 0 or candidate.group in dropped else stake
        for candidate, stake in zip(candidates, scaled, strict=True)
    ]


def _is_worth_it(legs: Sequence[tuple[float, float]]) -> bool:
    """Whether every leg is bet, and an arbitrage still pays whichever leg wins."""
    stakes = [stake for stake, _ in legs]
    if not all(stakes):
        return False
    is_arbitrage = len(legs) > 1 and sum(1 / price for _, price in legs) < 1
    return not is_arbitrage or min(stake * price for stake, price in legs) > sum(stakes)


def _share(room: float, wanted: float) -> float:
    return 1.0 if wanted <= room else room / wanted
