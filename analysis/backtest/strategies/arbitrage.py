"""Prices of different books that together cost less than they pay, whatever happens."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import pandas as pd

from analysis.backtest.selections import MARKET, best_price_of_each
from analysis.backtest.strategy import Strategy, StrategyError


@dataclass(frozen=True)
class Arbitrage(Strategy):
    """Back every outcome of a market at its best price where all of them together pay.

    Stakes stand in proportion to 1 / price, so every leg pays the same. A return above `max_roi` is
    taken for an error, and prices seen `max_leg_gap_seconds` apart for prices of different moments.
    """

    name: ClassVar[str] = "arbitrage"
    judges_each_event_alone: ClassVar[bool] = True
    default_stake: ClassVar[Literal["flat", "percentage", "kelly"]] = "kelly"

    min_roi: float = 0.0
    max_roi: float = 0.10
    max_leg_gap_seconds: float = 60.0
    max_age_minutes: float = 60.0

    def check(self) -> None:
        """Refuse bounds that let nothing through."""
        if not self.min_roi < self.max_roi:
            raise StrategyError("min_roi must be below max_roi")
        if self.max_age_minutes <= 0 or self.max_leg_gap_seconds < 0:
            raise StrategyError("max_age_minutes must be above 0, max_leg_gap_seconds not below")

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        """The legs of each arbitrage, with the share of the stake that each gets."""
        fitting = offers[
            offers["can_bet"]
            & (offers["side_no"] > 0)
            & (offers["side_no"] <= offers["outcome_count"])
            & (offers["age_minutes"] <= self.max_age_minutes)
        ]
        legs = best_price_of_each(fitting)
        legs = legs.assign(implied=1 / legs["net_decimal_price"])
        line = legs.groupby([*MARKET, "set_point"], dropna=False)
        implied_sum = line["implied"].transform("sum")
        roi = 1 / implied_sum - 1
        gap = line["captured_at"].transform("max") - line["captured_at"].transform("min")
        is_wanted = (
            (line["side_no"].transform("nunique") == legs["outcome_count"])
            & (line["side_no"].transform("size") == legs["outcome_count"])
            & (line["book_group"].transform("nunique") > 1)
            & (roi > self.min_roi)
            & (roi <= self.max_roi)
            & (gap <= pd.Timedelta(seconds=self.max_leg_gap_seconds))
        )
        return legs.assign(
            bet_group=line.ngroup(), stake_share=legs["implied"] / implied_sum, edge=roi
        )[is_wanted]
