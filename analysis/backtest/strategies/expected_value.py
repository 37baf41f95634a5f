"""Bets that pay more than the market as a whole thinks they should."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import pandas as pd

from analysis.backtest.selections import MARKET
from analysis.backtest.strategy import Strategy, StrategyError


@dataclass(frozen=True)
class ExpectedValue(Strategy):
    """Back the offer of each market whose edge over the others' fair price is highest.

    An edge above `max_edge` is taken for somebody's typing error, as on the board.
    """

    name: ClassVar[str] = "ev"
    wants_fair_prices: ClassVar[bool] = True
    judges_each_event_alone: ClassVar[bool] = True
    default_stake: ClassVar[Literal["flat", "percentage", "kelly"]] = "kelly"

    min_edge: float = 0.02
    max_edge: float = 0.10
    reference: Literal["sharp", "consensus"] = "sharp"
    min_sources: int = 1
    max_age_minutes: float = 60.0
    only_kind: Literal["any", "retail", "exchange", "sharp"] = "any"

    def check(self) -> None:
        """Refuse bounds that let nothing through."""
        if not 0 <= self.min_edge < self.max_edge:
            raise StrategyError("min_edge must be at least 0 and below max_edge")
        if self.min_sources < 1:
            raise StrategyError("min_sources must be at least 1")
        if self.max_age_minutes <= 0:
            raise StrategyError("max_age_minutes must be above 0")

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        """One offer a market at most, with the probability that it wins."""
        fair = offers[f"{self.reference}_probability"]
        edge = fair * offers["net_decimal_price"] - 1
        is_wanted = offers["can_bet"] & edge.between(self.min_edge, self.max_edge)
        is_wanted &= offers["source_count"] >= self.min_sources
        is_wanted &= offers["age_minutes"] <= self.max_age_minutes
        if self.only_kind != "any":
            is_wanted &= offers["book_kind"] == self.only_kind
        wanted = offers[is_wanted].assign(win_probability=fair[is_wanted], edge=edge[is_wanted])
        # of equal edges the first: offers come in a total order
        ordered = wanted.sort_values("edge", ascending=False, kind="stable")
        return wanted.loc[sorted(ordered.drop_duplicates(MARKET).index)]
