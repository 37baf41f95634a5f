"""The plainest bets: always one side, at the best price. They cost, and so measure, the margin."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import pandas as pd

from analysis.backtest.selections import best_price_of_each, main_lines
from analysis.backtest.strategy import Strategy, StrategyError

Pick = Literal["home", "away", "favourite", "underdog", "over", "under"]
MARKETS_OF_PICK = {
    "home": ("moneyline", "spread"),
    "away": ("moneyline", "spread"),
    "favourite": ("moneyline", "spread"),
    "underdog": ("moneyline", "spread"),
    "over": ("total",),
    "under": ("total",),
}


@dataclass(frozen=True)
class Flat(Strategy):
    """Back one side of every game at the best price of the line most books have.

    The favourite is the side of the lower price, the draw left out; where both are priced alike
    there is none.
    """

    name: ClassVar[str] = "flat"
    judges_each_event_alone: ClassVar[bool] = True

    pick: Pick = "home"
    min_price: float = 1.01
    max_price: float = 1000.0

    def check(self) -> None:
        """Refuse a range of prices that holds none."""
        if not 1 < self.min_price <= self.max_price:
            raise StrategyError("min_price must be above 1 and not above max_price")

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        """The best price of the side of each market's main line."""
        is_fitting = offers["market_kind"].isin(MARKETS_OF_PICK[self.pick])
        fitting = offers[offers["can_bet"] & is_fitting]
        best = best_price_of_each(main_lines(fitting))
        chosen = best[self._is_picked(best)]
        return chosen[chosen["net_decimal_price"].between(self.min_price, self.max_price)]

    def _is_picked(self, best: pd.DataFrame) -> pd.Series:
        if self.pick not in ("favourite", "underdog"):
            return best["side"] == self.pick
        sides = best[best["side"].isin(["home", "away"])]
        market = sides.groupby(["event_id", "market_key"])["net_decimal_price"]
        other = market.transform("sum") - sides["net_decimal_price"]
        has_both = market.transform("size") == 2
        is_lower = sides["net_decimal_price"] < other
        is_higher = sides["net_decimal_price"] > other
        picked = has_both & (is_lower if self.pick == "favourite" else is_higher)
        return picked.reindex(best.index, fill_value=False)
