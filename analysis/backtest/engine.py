"""Runs a strategy over the past as it would have run then: decide, stake, fill, settle, compare."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from math import isnan, nan
from typing import Any

import numpy as np
import pandas as pd

from analysis.backtest import closes, decision_view, fair_prices, fills, settler, valuation
from analysis.backtest.bankroll import Candidate, stakes
from analysis.backtest.choosing import choices
from analysis.backtest.columns import rows_of
from analysis.backtest.decision_view import QUOTE_KEY, DecisionView
from analysis.backtest.fair_prices import read_references, with_fair_prices
from analysis.backtest.fills import FillModel, filled
from analysis.backtest.offers import described
from analysis.backtest.settler import Settlement, Settler, payouts, profit_per_unit
from analysis.backtest.sizing import Sizing
from analysis.backtest.strategy import Strategy
from analysis.backtest.valuation import with_valuation
from analysis.warehouse import Warehouse

RELATIONS = tuple(
    sorted(
        {
            *decision_view.RELATIONS,
            *fair_prices.RELATIONS,
            *fills.RELATIONS,
            *settler.RELATIONS,
            *closes.RELATIONS,
            "marts.bookmakers",
        }
    )
)
# a total order of bets: results must not depend on the order of rows
BET_ORDER = [
    "decided_at",
    "event_id",
    "market_key",
    "outcome_description",
    "outcome_name",
    "point",
    "bookmaker_key",
]
BET_COLUMNS = (
    "bet_number",
    "bet_group",
    "event_id",
    "sport_key",
    "home_team",
    "away_team",
    "market_key",
    "market_kind",
    "outcome_name",
    "outcome_description",
    "point",
    "bookmaker_key",
    "american_price",
    "decimal_price",
    "net_decimal_price",
    "decided_at",
    "commence_time",
    "minutes_to_start",
    "captured_at",
    "valid_from",
    "response_id",
    "win_probability",
    "push_probability",
    "edge",
    "fill_status",
    "filled_at",
    "paper_stake",
    "paper_profit",
    "stake",
    "profit",
    "settlement",
    "settlement_version",
    "settled_at",
    "home_score",
    "away_score",
    *closes.COLUMNS,
)
Progress = Callable[[str], None]


def relations_of(strategy: Strategy) -> tuple[str, ...]:
    """What a backtest of the strategy reads."""
    return (*RELATIONS, *valuation.RELATIONS) if strategy.wants_valuation else RELATIONS


class SetupError(ValueError):
    """What cannot be run: an unknown book, a market that no score settles; says what would do."""


@dataclass(frozen=True, kw_only=True)
class Setup:
    """Everything a backtest's result follows from, but for the data.

    `books` are those one has an account at, none for all. The prices of the others are opinions: a
    strategy hears them and cannot bet at them.
    """

    strategy: Strategy
    view: DecisionView
    sizing: Sizing
    fill_model: FillModel
    initial_bankroll: float
    time_zone: str
    books: tuple[str, ...] = ()


def offers_for(warehouse: Warehouse, setup: Setup) -> pd.DataFrame:
    """The offers as the strategy gets them.

    Raises:
        SetupError: a market cannot be settled here, or nobody has heard of a book.
    """
    _check_markets(warehouse, setup.view)
    offers = described(setup.view.offers(warehouse), books=setup.books)
    limited = [book for book, _ in setup.fill_model.limits or () if book != "*"]
    quoted = set(offers["bookmaker_key"])
    _check_books(warehouse, [*setup.books, *limited], quoted=quoted)
    if setup.books and quoted and quoted.isdisjoint(setup.books):
        raise SetupError(
            f"{', '.join(setup.books)} shows none of these markets of these games: those that do "
            f"are {', '.join(sorted(quoted))}"
        )
    look_back = setup.strategy.look_back_hours
    if look_back is not None:
        earlier = setup.view.earlier_quotes(warehouse, look_back_hours=look_back).rename(
            columns={"point": "earlier_point", "decimal_price": "earlier_price"}
        )
        offers = offers.merge(earlier, on=list(QUOTE_KEY), how="left", validate="one_to_one")
    if setup.strategy.wants_fair_prices:
        offers = with_fair_prices(
            offers, references=read_references(warehouse), method=setup.strategy.fair_method
        )
    if setup.strategy.wants_valuation:
        offers = with_valuation(offers, warehouse=warehouse, view=setup.view)
    return offers


def _check_markets(warehouse: Warehouse, view: DecisionView) -> None:
    """Refuse markets that no final score settles: their stakes would never come back."""
    pending = settler.never_settled(warehouse, sports=view.sports, markets=view.markets)
    if pending:
        sport, market = pending[0]
        others = f" (and {len(pending) - 1} more)" if len(pending) > 1 else ""
        raise SetupError(
            f"bets on {market} of {sport} cannot be settled by a final score{others}: leave it out "
            "with --market or --sport"
        )


def _check_books(warehouse: Warehouse, books: Sequence[str], *, quoted: set[str]) -> None:
    if not set(books) - quoted:
        return
    rows = warehouse.rows("select bookmaker_key from marts.bookmakers")
    known = {row["bookmaker_key"] for row in rows} | quoted
    for book in books:
        if book not in known:
            close = get_close_matches(book, known, n=1)
            meant = f": did you mean {close[0]}?" if close else ""
            raise SetupError(f"no book {book!r}{meant}")


def bets_of(
    warehouse: Warehouse, setup: Setup, offers: pd.DataFrame, *, on_step: Progress = lambda _: None
) -> pd.DataFrame:
    """One row per bet the strategy wanted, in order, with all that became of it.

    Raises:
        StrategyError: the strategy returned what is no choice of offers.
        LookAheadError: its choices depend on what was not known yet.
        ValueError: the sizing needs a probability the strategy does not give.
    """
    on_step("deciding")
    bets = wanted_bets(setup.strategy, offers)
    on_step("looking for fills")
    as_of = setup.view.as_of
    bets = bets.join(filled(warehouse, bets, model=setup.fill_model, as_of=as_of))
    on_step("settling and staking")
    bets = bets.join(money_of(warehouse, setup, bets))
    on_step("comparing with the closes")
    bets = bets.join(closes.closing_values(warehouse, bets, as_of=as_of))
    return bets[list(BET_COLUMNS)]


def wanted_bets(strategy: Strategy, offers: pd.DataFrame) -> pd.DataFrame:
    """The offers that a strategy bets on, with its opinions, numbered in a total order."""
    chosen = choices(strategy, offers)
    said = [name for name in chosen.columns if name in offers.columns]
    bets = offers.drop(columns=said).join(chosen, how="inner")
    bets = bets.sort_values(BET_ORDER, na_position="first").reset_index(drop=True)
    bets.insert(0, "bet_number", np.arange(1, len(bets) + 1))
    # groups are named by the bet number of their first leg
    first = bets.groupby("bet_group")["bet_number"].transform("min")
    names = "group-" + first.astype("Int64").astype(str)
    return bets.assign(bet_group=names.where(bets["bet_group"].notna(), None).astype(object))


def money_of(warehouse: Warehouse, setup: Setup, bets: pd.DataFrame) -> pd.DataFrame:
    """What became of each wanted bet that has a `fill_status`: settlement, stakes and profits."""
    as_settled = Settler(
        warehouse, sports=setup.view.sports, clock=setup.view.clock, as_of=setup.view.as_of
    )
    rows = list(rows_of(bets))
    settlements = [as_settled.settlements(bet) for bet in rows]
    columns = {
        **_settlement_columns(settlements),
        **_money_columns(bets, rows, settlements, setup),
    }
    return pd.DataFrame(columns, index=bets.index)


def _settlement_columns(settlements: list[list[Settlement]]) -> dict[str, Any]:
    """The last settlement of each bet."""
    last = [each[-1] if each else None for each in settlements]
    settled_at = pd.Series([each.settled_at if each else pd.NaT for each in last])
    scores = {
        name: [nan if each is None else getattr(each, name) for each in last]
        for name in ("home_score", "away_score")
    }
    return {
        "settlement": pd.Series([each and each.outcome for each in last], dtype=object),
        "settlement_version": [each.version if each else 0 for each in last],
        "settled_at": pd.to_datetime(settled_at, utc=True).astype("datetime64[us, UTC]").array,
        **{name: np.array(values, dtype=float) for name, values in scores.items()},
    }


def _money_columns(
    bets: pd.DataFrame, rows: list[Any], settlements: list[list[Settlement]], setup: Setup
) -> dict[str, Any]:
    """Stakes and profits as if every price could be had, and of what could be had."""
    days = bets["decided_at"].dt.tz_convert(setup.time_zone).dt.date
    columns = {}
    for prefix, is_paper in (("paper_", True), ("", False)):
        candidates = [
            _candidate(bet, day, settled, setup=setup, is_paper=is_paper)
            for bet, day, settled in zip(rows, days, settlements, strict=True)
        ]
        placed = stakes(candidates, sizing=setup.sizing, initial_bankroll=setup.initial_bankroll)
        staked = [placed[bet.bet_number] for bet in rows]
        profits = [
            _profit(stake, settled, bet.net_decimal_price)
            for bet, stake, settled in zip(rows, staked, settlements, strict=True)
        ]
        columns[f"{prefix}stake"] = np.array(staked, dtype=float)
        columns[f"{prefix}profit"] = np.array(profits, dtype=float)
    return columns


def _candidate(
    bet: Any, day: date, settled: list[Settlement], *, setup: Setup, is_paper: bool
) -> Candidate:
    limit = setup.fill_model.limit(bet.bookmaker_key, bet.market_key)
    is_had = is_paper or bet.fill_status == "filled"
    return Candidate(
        number=bet.bet_number,
        event_id=bet.event_id,
        decided_at=bet.decided_at,
        day=day,
        decimal_price=bet.net_decimal_price,
        win_probability=None if isnan(bet.win_probability) else bet.win_probability,
        push_probability=bet.push_probability,
        group=bet.bet_group if isinstance(bet.bet_group, str) else None,
        stake_share=bet.stake_share,
        stake_limit=(None if is_paper else limit) if is_had else 0.0,
        payouts=payouts(settled, bet.net_decimal_price),
    )


def _profit(stake: float, settled: list[Settlement], decimal_price: float) -> float:
    """Profit of a stake; 0 where nothing was staked, NaN while it is open."""
    if stake == 0:
        return 0.0
    if not settled:
        return nan
    return stake * profit_per_unit(settled[-1].outcome, decimal_price)
