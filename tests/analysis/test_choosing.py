"""What a strategy may keep, and where, between the moments it is shown."""

import os
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.backtest.choosing import LookAheadError, choices
from analysis.backtest.strategy import Strategy
from tests.analysis.test_strategy import DECIDED_AT, offers, pair

# the mean of the whole season lies above that of its first half
DAYS = 30


def season() -> pd.DataFrame:
    """One game a day, its home side at a price that rises from day to day."""
    return offers(
        *(
            pair(
                "draftkings",
                1.5 + day / 10,
                2.0,
                event_id=f"game {day}",
                decided_at=DECIDED_AT + timedelta(days=day),
            )
            for day in range(DAYS)
        )
    )


@dataclass(frozen=True)
class Remembers(Strategy):
    """Bets on prices above the mean of the first offers it ever saw, kept somewhere."""

    # a name of the class would make it a strategy for everybody
    name: str = field(default_factory=lambda: "remembers")  # type: ignore[misc]
    judges_each_event_alone = True

    def mean(self, offers: pd.DataFrame) -> float:
        raise NotImplementedError

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        return offers[offers["net_decimal_price"] > self.mean(offers)]


@dataclass(frozen=True)
class OnTheInstance(Remembers):
    def mean(self, offers: pd.DataFrame) -> float:
        mean: float = self.__dict__.setdefault("kept", float(offers["net_decimal_price"].mean()))
        return mean


@dataclass(frozen=True)
class InAProperty(Remembers):
    shown: list[pd.DataFrame] = field(default_factory=list)

    @cached_property
    def fitted(self) -> float:
        return float(self.shown[0]["net_decimal_price"].mean())

    def mean(self, offers: pd.DataFrame) -> float:
        self.shown.append(offers)
        return self.fitted


@dataclass(frozen=True)
class InAField(Remembers):
    memo: dict[str, float] = field(default_factory=dict)

    def mean(self, offers: pd.DataFrame) -> float:
        return self.memo.setdefault("mean", float(offers["net_decimal_price"].mean()))


@dataclass(frozen=True)
class OnTheClass(Remembers):
    def mean(self, offers: pd.DataFrame) -> float:
        if not hasattr(OnTheClass, "kept"):
            OnTheClass.kept = float(offers["net_decimal_price"].mean())  # type: ignore[attr-defined]
        return OnTheClass.kept  # type: ignore[attr-defined, no-any-return]


@dataclass(frozen=True)
class InTheEnvironment(Remembers):
    def mean(self, offers: pd.DataFrame) -> float:
        return float(os.environ.setdefault("MEAN_KEPT", str(offers["net_decimal_price"].mean())))


@pytest.mark.parametrize(
    "leaky", [OnTheInstance, InAProperty, InAField, OnTheClass, InTheEnvironment]
)
def test_a_fit_of_the_whole_season_is_found_wherever_it_is_kept(
    leaky: type[Remembers], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MEAN_KEPT", raising=False)
    with pytest.raises(LookAheadError, match="remembers chooses otherwise at 20"):
        choices(leaky(), season())


@dataclass(frozen=True)
class Writes(Remembers):
    """Writes through the memory of a column, past the frame it belongs to."""

    column: str = "net_decimal_price"
    what: Any = 50.0

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        values = offers[self.column].to_numpy()
        values.flags.writeable = True
        values[:] = self.what
        return offers[offers["outcome_name"] == "Home"]


@pytest.mark.parametrize(
    ("column", "what"), [("net_decimal_price", 50.0), ("decimal_price", 50.0), ("can_bet", True)]
)
@pytest.mark.parametrize("is_alone", [True, False], ids=["at once", "moment by moment"])
def test_what_is_written_through_memory_is_written_into_a_copy(
    column: str, what: Any, is_alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Writes, "judges_each_event_alone", is_alone)
    shown = season().assign(can_bet=False)
    before = shown.copy()
    with pytest.raises(ValueError, match=r"bets at draftkings|has decimal_price 50"):
        choices(Writes(column=column, what=what), shown)
    pd.testing.assert_frame_equal(shown, before)


@dataclass(frozen=True)
class LooksBehind(Remembers):
    """Looks for the memory that a column is a view of."""

    judges_each_event_alone = False
    seen: list[int] = field(default_factory=list)

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        values = offers["decimal_price"].to_numpy()
        while isinstance(values.base, np.ndarray):
            values = values.base
        self.seen.append(values.size // len(offers))
        return offers.iloc[:0]


def test_behind_a_moment_there_is_no_other() -> None:
    shown, strategy = season(), LooksBehind()
    choices(strategy, shown)
    assert len(strategy.seen) == DAYS
    # all columns of a type lie in one block: of one moment's rows
    assert max(strategy.seen) <= len(shown.columns)
