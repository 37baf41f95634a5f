"""Going with a move of the market, where a book has not made it yet."""

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from analysis.backtest.selections import MARKET, OUTCOME
from analysis.backtest.strategy import Strategy, StrategyError

LONGEST_LOOK_BACK_HOURS = 31 * 24


@dataclass(frozen=True)
class LineMovement(Strategy):
    """Back the outcome whose price shortened at most books, at the best price that is left.

    The move is the mean change of implied probability, at an unchanged point, over the books that
    quoted the outcome `hours` before the decision too.
    """

    name: ClassVar[str] = "line_movement"
    judges_each_event_alone: ClassVar[bool] = True

    hours: float = 3.0
    min_move: float = 0.02
    min_books: int = 3

    @property
    def look_back_hours(self) -> float:
        """The prices before the move."""
        return self.hours

    def check(self) -> None:
        """Refuse a move of nothing over no time."""
        if self.hours <= 0 or self.min_move <= 0 or self.min_books < 1:
            raise StrategyError("hours, min_move and min_books must be above 0")
        if self.hours > LONGEST_LOOK_BACK_HOURS:
            raise StrategyError(f"hours must be at most {LONGEST_LOOK_BACK_HOURS}, a month")

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        """The best price of each market's strongest move."""
        is_same_line = (offers["earlier_point"] == offers["point"]) | offers["point"].isna()
        moved = 1 / offers["decimal_price"] - 1 / offers["earlier_price"].where(is_same_line)
        outcome = offers.assign(moved=moved).groupby(OUTCOME, dropna=False)["moved"]
        move = outcome.transform("mean")
        is_wanted = (move >= self.min_move) & (outcome.transform("count") >= self.min_books)
        wanted = offers.assign(move=move)[is_wanted & offers["can_bet"]]
        ordered = wanted.sort_values(
            [*MARKET, "move", "net_decimal_price", "outcome_name", "point", "bookmaker_key"],
            ascending=[True] * len(MARKET) + [False, False, True, True, True],
        )
        return wanted.loc[sorted(ordered.drop_duplicates(MARKET).index)]
