"""Over a low line and under a high one: both win where the score falls between."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from analysis.backtest.selections import MARKET, best_price_of_each
from analysis.backtest.strategy import Strategy, StrategyError

# a line in terms of the score above which the first side wins
_FIRST = {"over": "over", "home": "home"}


@dataclass(frozen=True)
class Middles(Strategy):
    """Back both sides at lines that leave room between them, where a miss costs little.

    Of the pairs of a market the one with the widest gap is taken, then the cheapest.
    """

    name: ClassVar[str] = "middles"
    judges_each_event_alone: ClassVar[bool] = True
    default_stake: ClassVar[Literal["flat", "percentage", "kelly"]] = "kelly"

    min_gap: float = 1.0
    max_cost: float = 0.03
    max_roi: float = 0.10
    max_age_minutes: float = 60.0

    def check(self) -> None:
        """Refuse a gap without room in it."""
        if self.min_gap <= 0:
            raise StrategyError("min_gap must be above 0")
        if not 0 <= self.max_cost < 1:
            raise StrategyError("max_cost is a share of the stakes, at least 0 and below 1")
        if self.max_age_minutes <= 0:
            raise StrategyError("max_age_minutes must be above 0")

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        """Both legs of each market's best middle, with equal payouts."""
        fitting = offers[
            offers["can_bet"]
            & offers["market_kind"].isin(["spread", "total"])
            & (offers["outcome_count"] == 2)
            & (offers["side_no"] > 0)
            & (offers["age_minutes"] <= self.max_age_minutes)
        ]
        best = best_price_of_each(fitting)
        # a home side giving 3 points wins above a margin of 3
        threshold = best["set_point"].where(
            best["outcome_set"] != "mirrored_points", 0 - best["set_point"]
        )
        best = best.assign(threshold=threshold).reset_index(names="offer")
        columns = [*MARKET, "offer", "threshold", "net_decimal_price", "bookmaker_key"]
        pairs = best.loc[best["side_no"] == 1, columns].merge(
            best.loc[best["side_no"] == 2, columns], on=MARKET, suffixes=("_1", "_2")
        )
        gap = pairs["threshold_2"] - pairs["threshold_1"]
        implied_sum = 1 / pairs["net_decimal_price_1"] + 1 / pairs["net_decimal_price_2"]
        pairs = pairs.assign(gap=gap, implied_sum=implied_sum)[
            (gap >= self.min_gap)
            # a whole score must fit between the lines
            & (np.floor(pairs["threshold_1"]) + 1 < pairs["threshold_2"])
            & (1 - 1 / implied_sum <= self.max_cost)
            & (1 / implied_sum - 1 <= self.max_roi)
            & (pairs["bookmaker_key_1"] != pairs["bookmaker_key_2"])
        ]
        pairs = pairs.sort_values(
            [*MARKET, "gap", "implied_sum", "threshold_1"],
            ascending=[True] * len(MARKET) + [False, True, True],
        ).drop_duplicates(MARKET)
        return self._legs(offers, pairs)

    def _legs(self, offers: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
        numbered = pairs.reset_index(drop=True)
        legs = pd.concat(
            pd.DataFrame(
                {
                    "offer": numbered[f"offer_{leg}"],
                    "bet_group": numbered.index,
                    "stake_share": 1
                    / numbered[f"net_decimal_price_{leg}"]
                    / numbered["implied_sum"],
                }
            )
            for leg in (1, 2)
        ).sort_values("offer")
        chosen = offers.loc[legs["offer"]]
        return chosen.assign(
            bet_group=legs["bet_group"].to_numpy(), stake_share=legs["stake_share"].to_numpy()
        )
