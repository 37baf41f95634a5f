"""The backtest as one writes it first: a query an event, then plain Python.

It makes the bets of strategy `ev` against the sharp book among retail books, at quarter Kelly and
no cap but that of a single bet, so that its bankroll can be held against the engine's.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from math import floor

from analysis.odds_math import fair_probabilities, implied_probability, kelly_fraction
from analysis.settlement import settled_outcome, settlement_margin
from analysis.warehouse import Record, Warehouse

SLOTS = {"Over": 1, "Under": 2}
PROFITS = {"push": 0.0, "half_loss": -0.5, "loss": -1.0}

_EVENTS = """
    with

    snapshots as (

        select
            event_id,
            captured_at,
            commence_time,
            lead(captured_at) over (partition by event_id order by captured_at) as next_captured_at
        from marts.fct_event_sightings
        where is_listed

    ),

    decisions as (

        select
            event_id,
            min(commence_time - interval '1 hour') as decided_at
        from snapshots
        where
            captured_at <= commence_time - interval '1 hour'
            and (
                next_captured_at > commence_time - interval '1 hour'
                or next_captured_at is null
            )
        group by event_id

    ),

    results as (

        select
            event_id,
            home_score,
            away_score,
            published_at
        from marts.fct_results
        where is_final

    )

    select
        events.event_id,
        events.home_team,
        events.away_team,
        events.starts_at,
        events.status,
        decisions.decided_at,
        results.home_score,
        results.away_score,
        results.published_at
    from decisions
    inner join marts.dim_events as events
        on decisions.event_id = events.event_id
    left join results
        on events.event_id = results.event_id
    order by decisions.decided_at, events.event_id
"""
_OFFERS = """
    with

    ranked as (

        select
            *,
            row_number() over (
                partition by bookmaker_key, market_key, outcome_name, line
                order by valid_from desc
            ) as recency_rank
        from marts.fct_quote_states
        where event_id = ? and valid_from <= ? and valid_from >= ?

    )

    select
        bookmaker_key,
        market_key,
        outcome_name,
        point,
        decimal_price
    from ranked
    where
        recency_rank = 1
        and not is_withdrawn
        and not is_stale
        and not is_in_play
"""
# nothing is listed for longer before its start
_LONGEST_LISTED = timedelta(days=8)
# what the NBA is read by where a strategy names no method
DEFAULT_METHOD = "multiplicative"


@dataclass(frozen=True)
class LoopResult:
    """What came of a loop."""

    events: int
    bets: int
    bankroll: float


@dataclass(frozen=True)
class _References:
    """What kind of books and markets there are; of the sharp books the one to ask comes first."""

    retail: set[str]
    sharp_books: Sequence[str]
    kinds: dict[str, str]


@dataclass(frozen=True)
class _Bet:
    event: Record
    market_kind: str
    slot: int
    point: float | None
    decimal_price: float
    win_probability: float


def run_loop(
    warehouse: Warehouse, *, initial_bankroll: float, min_edge: float, max_edge: float
) -> LoopResult:
    """Bet through all events in the order of their decisions."""
    books = warehouse.rows("select bookmaker_key, kind from marts.bookmakers")
    retail = {row["bookmaker_key"] for row in books if row["kind"] == "retail"}
    sharp = warehouse.rows("select bookmaker_key from marts.sharp_references order by priority")
    sharp_books = [row["bookmaker_key"] for row in sharp]
    kinds = {
        row["market_key"]: row["market_kind"]
        for row in warehouse.rows("select market_key, market_kind from marts.markets")
    }
    references = _References(retail=retail, sharp_books=sharp_books, kinds=kinds)
    events = warehouse.rows(_EVENTS)
    bankroll, open_stake, placed = initial_bankroll, 0.0, 0
    waiting: list[tuple[datetime, int, float, float]] = []
    for decided_at, together in groupby(events, key=lambda event: event["decided_at"]):
        while waiting and waiting[0][0] <= decided_at:
            _, _, stake, profit = heapq.heappop(waiting)
            bankroll += profit
            open_stake -= stake
        available = max(bankroll - open_stake, 0.0)
        for event in together:
            offers = warehouse.rows(
                _OFFERS, [event["event_id"], decided_at, decided_at - _LONGEST_LISTED]
            )
            for bet in _bets(event, offers, references, min_edge, max_edge):
                stake = _stake(bet, available)
                settled = _settled(bet)
                if stake > 0:
                    placed += 1
                    open_stake += stake
                    if settled is not None:
                        heapq.heappush(waiting, (settled[0], placed, stake, settled[1] * stake))
    bankroll += sum(profit for _, _, _, profit in waiting)
    return LoopResult(events=len(events), bets=placed, bankroll=bankroll)


def _bets(
    event: Record,
    offers: Sequence[Record],
    references: _References,
    min_edge: float,
    max_edge: float,
) -> Iterator[_Bet]:
    """The best retail price of each market, where it beats the sharp book's fair price."""
    by_market: dict[str, list[Record]] = defaultdict(list)
    for offer in offers:
        by_market[offer["market_key"]].append(offer)
    for market_key, quoted in by_market.items():
        kind = references.kinds[market_key]
        fair = _sharp_fair(event, quoted, kind, references.sharp_books)
        best: tuple[float, float, Record] | None = None
        for offer in quoted:
            chance = fair.get((offer["outcome_name"], offer["point"]))
            if chance is None or offer["bookmaker_key"] not in references.retail:
                continue
            edge = chance * offer["decimal_price"] - 1
            if min_edge <= edge <= max_edge and (best is None or edge > best[0]):
                best = edge, chance, offer
        if best is not None:
            _, chance, offer = best
            slot = _slot(event, offer["outcome_name"])
            yield _Bet(event, kind, slot, offer["point"], offer["decimal_price"], chance)


def _sharp_fair(
    event: Record, quoted: Sequence[Record], kind: str, sharp_books: Sequence[str]
) -> dict[tuple[str, float | None], float]:
    """Fair probabilities by outcome and point, of the first sharp book that has both sides."""
    pairs: dict[tuple[str, float | None], dict[int, Record]] = defaultdict(dict)
    for offer in quoted:
        if offer["bookmaker_key"] in sharp_books:
            slot = _slot(event, offer["outcome_name"])
            is_mirrored = kind == "spread" and slot == 2
            line = -offer["point"] if is_mirrored else offer["point"]
            pairs[offer["bookmaker_key"], line][slot] = offer
    fair: dict[tuple[str, float | None], float] = {}
    for (_, _), sides in sorted(pairs.items(), key=lambda pair: sharp_books.index(pair[0][0])):
        if len(sides) == 2:
            implied = [implied_probability(sides[slot]["decimal_price"]) for slot in (1, 2)]
            for slot, chance in zip(
                (1, 2), fair_probabilities(implied, DEFAULT_METHOD) or (), strict=True
            ):
                fair.setdefault((sides[slot]["outcome_name"], sides[slot]["point"]), chance)
    return fair


def _slot(event: Record, outcome_name: str) -> int:
    return SLOTS.get(outcome_name) or (1 if outcome_name == event["home_team"] else 2)


def _stake(bet: _Bet, available: float) -> float:
    """Quarter Kelly, at most a twentieth, in whole cents and at least 1."""
    fraction = kelly_fraction(bet.win_probability, 0.0, bet.decimal_price)
    stake = floor(min(0.25 * fraction, 0.05) * available * 100 + 1e-9) / 100
    return stake if stake >= 1 else 0.0


def _settled(bet: _Bet) -> tuple[datetime, float] | None:
    """When the result was known and the profit of a unit; None while it is open."""
    event = bet.event
    void_at = event["decided_at"] + timedelta(hours=25)
    if event["home_score"] is None:
        return (void_at, 0.0) if event["status"] in ("postponed", "cancelled") else None
    if event["starts_at"] > void_at:
        return void_at, 0.0
    margin = settlement_margin(
        market_kind=bet.market_kind,
        slot=bet.slot,
        outcome_count=2,
        point=bet.point,
        home_score=event["home_score"],
        away_score=event["away_score"],
    )
    if margin is None:
        return None
    outcome = settled_outcome(margin)
    won = bet.decimal_price - 1
    return event["published_at"], {"win": won, "half_win": won / 2, **PROFITS}[outcome]
