"""Strategies that know what they cannot, each in its own way, where another process finds them."""

from dataclasses import dataclass, field
from typing import ClassVar

import pandas as pd

from analysis.backtest.strategy import Strategy

_KEPT: dict[str, float] = {}
# somebody noted which games the home side wins
WINNERS = frozenset(f"game {number}" for number in range(0, 40, 3))


@dataclass(frozen=True)
class Honest(Strategy):
    """Backs what is priced above 2 at that moment."""

    # strategies of tests have no name of the class, or they would be everybody's
    name: str = field()  # type: ignore[misc]
    judges_each_event_alone: ClassVar[bool] = True

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        return offers[offers["decimal_price"] > 2]


@dataclass(frozen=True)
class Fitted(Honest):
    """Backs what is priced above the mean of all it was shown first, and keeps that mean."""

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        mean = _KEPT.setdefault("mean", offers["decimal_price"].mean())
        return offers[offers["decimal_price"] > mean]


@dataclass(frozen=True)
class Informed(Honest):
    """Backs the games it has notes on."""

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        return offers[offers["event_id"].isin(WINNERS)]
