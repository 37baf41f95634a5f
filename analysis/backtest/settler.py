"""What became of the bets: the only part of a backtest that reads results, and only known ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isnan
from typing import Any, Literal

import pandas as pd

from analysis.backtest.bankroll import Payout
from analysis.backtest.moments import Clock
from analysis.events import EVENTS_THEN
from analysis.frames import frame
from analysis.settlement import MARKET_KINDS, settled_outcome, settlement_margin
from analysis.warehouse import Record, Warehouse

RELATIONS = ("marts.fct_results", EVENTS_THEN, "marts.settlement_rules", "marts.markets")

_KNOWN_COLUMN = {"published": "published_at", "ingested": "known_at"}
_OFF = ("postponed", "cancelled")

Outcome = Literal["win", "half_win", "push", "half_loss", "loss", "void"]


@dataclass(frozen=True)
class Rule:
    """How bets of one sport, market and book are settled.

    `score_settles` says whether the final score decides the market; a game that starts more than
    `void_after_hours` after the announced time makes its bets void.
    """

    score_settles: bool
    void_after_hours: float


# by sport, market and book, `*` for any
Rules = Mapping[tuple[str, str, str], Rule]


@dataclass(frozen=True)
class Settlement:
    """One settlement of a bet; a score that is corrected brings another."""

    outcome: Outcome
    version: int
    settled_at: datetime
    home_score: int | None
    away_score: int | None


@dataclass(frozen=True)
class _Event:
    starts_at: datetime
    status: str
    # final scores in the order they became known
    scores: list[tuple[datetime, int, int]]


class Settler:
    """Settles bets of some sports as far as results were known at a moment."""

    def __init__(
        self, warehouse: Warehouse, *, sports: Sequence[str], clock: Clock, as_of: datetime
    ) -> None:
        self._as_of = as_of
        self._events = _events(warehouse, sports=sports, clock=clock, as_of=as_of)
        self._rules = _rules(warehouse)

    def settlements(self, bet: Any) -> list[Settlement]:
        """All settlements of one bet, oldest first; none while it is pending.

        Args:
            bet: has event_id, sport_key, market_key, market_kind, bookmaker_key, period,
                slot, outcome_count, point and commence_time.
        """
        event = self._events.get(bet.event_id)
        rule = _rule_of(self._rules, bet.sport_key, bet.market_key, bet.bookmaker_key)
        if event is None or not rule.score_settles or bet.period != "game":
            return []
        void_at = bet.commence_time + timedelta(hours=rule.void_after_hours)
        is_off = event.status in _OFF and not event.scores
        if is_off or event.starts_at > void_at:
            is_known = void_at <= self._as_of
            return [Settlement("void", 1, void_at, None, None)] if is_known else []
        settled = []
        for version, (known_at, home_score, away_score) in enumerate(event.scores, start=1):
            outcome = _outcome(bet, home_score=home_score, away_score=away_score)
            if outcome is None:
                return []
            settled.append(Settlement(outcome, version, known_at, home_score, away_score))
        return settled


def never_settled(
    warehouse: Warehouse, *, sports: Sequence[str], markets: Sequence[str]
) -> list[tuple[str, str]]:
    """The pairs of sport and market of which no final score settles a bet."""
    rules = _rules(warehouse)
    by_score = {
        row["market_key"]
        for row in warehouse.rows("select market_key, market_kind, period from marts.markets")
        if row["market_kind"] in MARKET_KINDS and row["period"] == "game"
    }
    return [
        (sport, market)
        for sport in sports
        for market in markets
        if market not in by_score or not _rule_of(rules, sport, market, "*").score_settles
    ]


def profit_per_unit(outcome: Outcome, decimal_price: float) -> float:
    """Profit of a unit staked; half of a quarter line's stake is a bet of its own."""
    won = decimal_price - 1
    profits = {"win": won, "half_win": won / 2, "half_loss": -0.5, "loss": -1.0}
    return profits.get(outcome, 0.0)


def payouts(settlements: Sequence[Settlement], decimal_price: float) -> list[Payout]:
    """What the bankroll sees of them."""
    return [
        Payout(at=each.settled_at, profit=profit_per_unit(each.outcome, decimal_price))
        for each in settlements
    ]


def _outcome(bet: Any, *, home_score: int, away_score: int) -> Outcome | None:
    point = None if pd.isna(bet.point) else float(bet.point)
    margin = settlement_margin(
        market_kind=bet.market_kind,
        slot=bet.slot,
        outcome_count=bet.outcome_count,
        point=point,
        home_score=home_score,
        away_score=away_score,
    )
    return None if margin is None else settled_outcome(margin)


def _events(
    warehouse: Warehouse, *, sports: Sequence[str], clock: Clock, as_of: datetime
) -> dict[str, _Event]:
    places = ", ".join("?" * len(sports))
    known = _KNOWN_COLUMN[clock]
    warehouse.look_from(as_of)
    rows = frame(
        warehouse,
        f"""
        select
            events.event_id,
            events.starts_at,
            events.status,
            results.home_score,
            results.away_score,
            results.{known} as known_at
        from {EVENTS_THEN} as events
        left join marts.fct_results as results
            on
                events.event_id = results.event_id
                and results.is_final
                and results.{known} <= ?
        where events.sport_key in ({places})
        order by events.event_id collate "C", results.{known}, results.version
        """,  # noqa: S608 - our own text; values are parameters
        [as_of, *sports],
    )
    times = (rows[name].dt.to_pydatetime() for name in ("starts_at", "known_at"))
    names = ("event_id", "status", "home_score", "away_score")
    events: dict[str, _Event] = {}
    for starts_at, known_at, event_id, status, home_score, away_score in zip(
        *times, *(rows[name].tolist() for name in names), strict=True
    ):
        event = events.setdefault(event_id, _Event(starts_at, status, []))
        if not isnan(home_score):
            event.scores.append((known_at, int(home_score), int(away_score)))
    return events


def _rule_of(rules: Rules, sport_key: str, market_key: str, bookmaker_key: str) -> Rule:
    """The most specific rule: by book, then by market, then by sport."""
    for book in (bookmaker_key, "*"):
        for market in (market_key, "*"):
            for sport in (sport_key, "*"):
                if (sport, market, book) in rules:
                    return rules[sport, market, book]
    raise LookupError("the seed settlement_rules has no row for everything: *, *, *")


def _rules(warehouse: Warehouse) -> Rules:
    rows: list[Record] = warehouse.rows(
        """
        select
            sport_key,
            market_key,
            bookmaker_key,
            score_settles,
            void_after_hours
        from marts.settlement_rules
        """
    )
    return {
        (row["sport_key"], row["market_key"], row["bookmaker_key"]): Rule(
            score_settles=row["score_settles"], void_after_hours=float(row["void_after_hours"])
        )
        for row in rows
    }
