"""Strategies that cheat, and what becomes of them.

What a strategy does with the offers of other moments is found out by showing it moments alone, some
two dozen of them: one that cheats at a single moment of a season may pass. What it reads past its
frame, such as results in a warehouse it opens itself, cannot be found out by that: it chooses the
same either way. The canary finds it, for its choices change with what came later. A strategy that
keeps what it saw in a global and goes by that is found by neither where all it learns is a number:
no program can tell that from a parameter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest

from analysis.backtest.choosing import LookAheadError, choices
from analysis.backtest.engine import offers_for
from analysis.backtest.strategy import Strategy
from analysis.warehouse import Warehouse
from tests.analysis.lookahead.futures import UNTOUCHED, of_copy
from tests.analysis.lookahead.world import chosen, setup, view

# a warehouse of its own takes half a minute
pytestmark = pytest.mark.heavy


# a name of the instance: a class with one would be a strategy for everybody
@dataclass(frozen=True)
class StandardScores(Strategy):
    """Scales prices by mean and spread of the whole season."""

    name: str = field()  # type: ignore[misc]
    judges_each_event_alone = True

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        price = offers["net_decimal_price"]
        return offers[(price - price.mean()) / price.std() > 1.0]


@dataclass(frozen=True)
class BestOfTheSeason(Strategy):
    """Waits for the best price there will be."""

    name: str = field()  # type: ignore[misc]
    judges_each_event_alone = True

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        return offers.nlargest(5, "net_decimal_price")


@dataclass(frozen=True)
class TeamForm(Strategy):
    """Judges a book by its prices of the whole season, the games to come among them."""

    name: str = field()  # type: ignore[misc]
    judges_each_event_alone = True

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        usual = offers.groupby(["bookmaker_key", "market_key", "side"])["decimal_price"]
        return offers[offers["decimal_price"] > 1.05 * usual.transform("mean")]


@dataclass(frozen=True)
class OneMomentAtATime(StandardScores):
    """The same, said to look at a whole moment: it may, for it is shown no other."""

    judges_each_event_alone = False
    shown: list[int] = field(default_factory=list, compare=False)

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        self.shown.append(offers["decided_at"].nunique())
        return super().select(offers)


@dataclass(frozen=True)
class KnowsTheWinner(Strategy):
    """Has read the results."""

    name: str = field()  # type: ignore[misc]
    winners: Mapping[str, str]
    judges_each_event_alone = True

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        is_winner = offers["event_id"].map(dict(self.winners)) == offers["outcome_name"]
        return offers[is_winner & (offers["market_key"] == "h2h")]


@dataclass(frozen=True)
class Spoils(Strategy):
    """Writes into its frame whatever it can."""

    name: str = field()  # type: ignore[misc]
    judges_each_event_alone = True

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        chosen = offers[offers["side"] == "home"]
        offers["decimal_price"] = 99.0
        offers.loc[offers.index[0], "bookmaker_key"] = "nobody"
        del offers["event_id"]
        return chosen


@pytest.mark.parametrize("leaky", [StandardScores, BestOfTheSeason, TeamForm])
@pytest.mark.parametrize("moment", ["1h", "tier:closing"])
def test_what_depends_on_other_moments_is_refused(
    warehouse: Warehouse, leaky: Any, moment: str
) -> None:
    strategy = leaky(name="leaky")
    with pytest.raises(LookAheadError, match=r"leaky chooses otherwise at 20.* shown that moment"):
        chosen(warehouse, strategy, view(moment))


def test_a_strategy_of_whole_moments_is_shown_no_other(warehouse: Warehouse) -> None:
    strategy = OneMomentAtATime(name="fair")
    choices = chosen(warehouse, strategy, view("1h"))
    assert len(choices) > 10
    assert len(strategy.shown) == choices["decided_at"].nunique() or len(strategy.shown) > 5
    assert set(strategy.shown) == {1}


def test_the_canary_finds_one_that_has_read_the_results(warehouse: Warehouse) -> None:
    results = warehouse.rows(
        "select event_id, home_team, away_team, home_score, away_score from marts.dim_events"
        " where home_score is not null"
    )
    winners = {
        row["event_id"]: row["home_team" if row["home_score"] > row["away_score"] else "away_team"]
        for row in results
    }
    # shown one moment alone it chooses the same: that is not enough to find it out
    choices = chosen(warehouse, KnowsTheWinner("knows", winners), view("1h"))
    untouched, touched = of_copy(choices, UNTOUCHED), of_copy(choices, "1h-published")
    assert len(untouched) > 10
    with pytest.raises(AssertionError):
        pd.testing.assert_frame_equal(untouched, touched, check_exact=True)


def test_what_a_strategy_does_to_its_frame_nobody_else_sees(warehouse: Warehouse) -> None:
    shown = offers_for(warehouse, setup(Spoils(name="spoils"), view("1h")))
    before = shown.copy(deep=True)
    said = choices(Spoils(name="spoils"), shown)
    assert len(said) > 10
    pd.testing.assert_frame_equal(shown, before, check_exact=True)
    # not even by the array underneath
    with pytest.raises(ValueError, match="read-only"):
        shown.copy(deep=False)["decimal_price"].to_numpy()[0] = 99.0
