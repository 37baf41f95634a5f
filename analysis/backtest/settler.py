"""What became of the bets: the only part of a backtest that reads results, and only known ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, Literal

import pandas as pd

from analysis.backtest.bankroll import Payout
from analysis.backtest.moments import Clock
from analysis.events import EVENTS_THEN
from analysis.settlement import (
    AWAY,
    HOME,
    MARKET_KINDS,
    double_chance_side,
    settled_outcome,
    settlement_margin,
)
from analysis.warehouse import Record, Warehouse

RELATIONS = ("marts.fct_results", EVENTS_THEN, "marts.settlement_rules", "marts.markets")

_KNOWN_COLUMN = {"published": "published_at", "ingested": "known_at"}
_OFF = ("postponed", "cancelled")

Outcome = Literal["win", "half_win", "push", "half_loss", "loss", "void"]


@dataclass(frozen=True)
class Rule:
    """How bets of one sport, market and book are settled.

    `score_settles` says whether a score decides the market, `includes_overtime` whether that is the
    final one or the one after regulation time; a game that starts more than `void_after_hours`
    after the announced time makes its bets void, and one that was shortened those of some kinds.
    """

    score_settles: bool
    includes_overtime: bool
    void_after_hours: float
    void_if_shortened: frozenset[str]


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
class _Score:
    """A final score and when it became known; `regulation` None where nobody tells it."""

    known_at: datetime
    final: tuple[int, int]
    regulation: tuple[int, int] | None
    is_shortened: bool

    def that_settles(self, rule: Rule) -> tuple[int, int] | None:
        return self.final if rule.includes_overtime else self.regulation


@dataclass(frozen=True)
class _Event:
    starts_at: datetime
    status: str
    # in the order they became known
    scores: list[_Score]


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
            bet: has event_id, sport_key, home_team, away_team, market_key, market_kind,
                bookmaker_key, period, outcome_name, outcome_description, side_no, outcome_count,
                point and commence_time.
        """
        event = self._events.get(bet.event_id)
        rule = self._rule(bet)
        if event is None or not rule.score_settles or bet.period != "game":
            return []
        void_at = bet.commence_time + timedelta(hours=rule.void_after_hours)
        is_off = event.status in _OFF and not event.scores
        if is_off or event.starts_at > void_at:
            is_known = void_at <= self._as_of
            return [Settlement("void", 1, void_at, None, None)] if is_known else []
        settled: list[Settlement] = []
        for score in event.scores:
            outcome, pair = _settled(bet, score, rule)
            last = settled[-1] if settled else None
            is_news = last is None or (last.outcome, last.home_score, last.away_score) != (
                outcome,
                *pair,
            )
            if outcome is not None and is_news:
                settled.append(Settlement(outcome, len(settled) + 1, score.known_at, *pair))
        return settled

    def pending_reason(self, bet: Any) -> str:
        """Why a bet is pending, in words.

        Args:
            bet: has event_id, sport_key, market_key, market_kind, bookmaker_key and period.
        """
        event, rule = self._events.get(bet.event_id), self._rule(bet)
        if bet.period != "game":
            return "no score of a part of a game is collected"
        if bet.market_kind not in MARKET_KINDS or not rule.score_settles:
            return "no score decides this market"
        if event is None or not event.scores:
            return "no final score is known"
        last = event.scores[-1]
        if last.that_settles(rule) is None:
            return (
                "it is settled on the score after regulation time; known is the final one, "
                f"{last.final[0]}-{last.final[1]}, of a game that may have gone beyond: import it "
                "with home_score_regulation and away_score_regulation"
            )
        return "a deciding score came after the run, or its outcome's name does not tell what it is"

    def _rule(self, bet: Any) -> Rule:
        return _rule_of(self._rules, bet.sport_key, bet.market_key, bet.bookmaker_key)


def why_pending(warehouse: Warehouse, bet: Record, *, as_of: datetime) -> str:
    """Why a kept bet, a row of `fct_backtest_bets`, is pending, as known at a moment."""
    settler = Settler(warehouse, sports=[bet["sport_key"]], clock="published", as_of=as_of)
    (market,) = warehouse.rows(
        "select period from marts.markets where market_key = ?", [bet["market_key"]]
    )
    return settler.pending_reason(SimpleNamespace(**bet, **market))


def never_settled(
    warehouse: Warehouse, *, sports: Sequence[str], markets: Sequence[str]
) -> list[tuple[str, str]]:
    """The pairs of sport and market of which no score settles a bet.

    Where a market is settled on the score after regulation time, the warehouse must hold one such
    score of the sport.
    """
    rules = _rules(warehouse)
    by_score = {
        row["market_key"]
        for row in warehouse.rows("select market_key, market_kind, period from marts.markets")
        if row["market_kind"] in MARKET_KINDS and row["period"] == "game"
    }
    told = {
        row["sport_key"]
        for row in warehouse.rows(
            f"""
            select distinct events.sport_key
            from {EVENTS_THEN} as events
            inner join marts.fct_results as results
                on events.event_id = results.event_id
            where results.home_score_regulation is not null
            """  # noqa: S608 - our own text
        )
    }

    def is_settled(sport: str, market: str) -> bool:
        rule = _rule_of(rules, sport, market, "*")
        return (
            market in by_score and rule.score_settles and (rule.includes_overtime or sport in told)
        )

    return [
        (sport, market) for sport in sports for market in markets if not is_settled(sport, market)
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


def _settled(bet: Any, score: _Score, rule: Rule) -> tuple[Outcome | None, tuple[int, int]]:
    """What a score makes of a bet, None where it does not tell; and the score that decided."""
    if score.is_shortened and bet.market_kind in rule.void_if_shortened:
        return "void", score.final
    pair = score.that_settles(rule)
    if pair is None:
        return None, score.final
    margin = settlement_margin(
        market_kind=bet.market_kind,
        side_no=_side_no(bet),
        outcome_count=bet.outcome_count,
        point=None if pd.isna(bet.point) else float(bet.point),
        home_score=pair[0],
        away_score=pair[1],
        team={bet.home_team: HOME, bet.away_team: AWAY}.get(bet.outcome_description),
    )
    return None if margin is None else settled_outcome(margin), pair


def _side_no(bet: Any) -> int:
    if bet.market_kind != "double_chance":
        return int(bet.side_no)
    return double_chance_side(bet.outcome_name, home_team=bet.home_team, away_team=bet.away_team)


def _events(
    warehouse: Warehouse, *, sports: Sequence[str], clock: Clock, as_of: datetime
) -> dict[str, _Event]:
    places = ", ".join("?" * len(sports))
    known = _KNOWN_COLUMN[clock]
    warehouse.look_from(as_of)
    rows = warehouse.rows(
        f"""
        select
            events.event_id,
            events.starts_at,
            events.status,
            results.home_score,
            results.away_score,
            results.home_score_regulation,
            results.away_score_regulation,
            results.is_shortened,
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
    events: dict[str, _Event] = {}
    for row in rows:
        event = events.setdefault(row["event_id"], _Event(row["starts_at"], row["status"], []))
        if row["home_score"] is not None:
            event.scores.append(_score(row))
    return events


def _score(row: Record) -> _Score:
    told = (row["home_score_regulation"], row["away_score_regulation"])
    return _Score(
        known_at=row["known_at"],
        final=(row["home_score"], row["away_score"]),
        regulation=None if None in told else told,
        is_shortened=bool(row["is_shortened"]),
    )


def _rule_of(rules: Rules, sport_key: str, market_key: str, bookmaker_key: str) -> Rule:
    """The most specific rule: by book, then by market, then by sport, then by its family."""
    family = sport_key.partition("_")[0] + "_*"
    for book in (bookmaker_key, "*"):
        for market in (market_key, "*"):
            for sport in (sport_key, family, "*"):
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
            includes_overtime,
            void_after_hours,
            void_if_shortened
        from marts.settlement_rules
        """
    )
    return {
        (row["sport_key"], row["market_key"], row["bookmaker_key"]): Rule(
            score_settles=row["score_settles"],
            includes_overtime=row["includes_overtime"],
            void_after_hours=float(row["void_after_hours"]),
            void_if_shortened=frozenset((row["void_if_shortened"] or "").split("|")),
        )
        for row in rows
    }
