"""What the edges of the board would have earned."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import pandas as pd

from analysis.backtest.strategy import Strategy


@dataclass(frozen=True)
class Board(Strategy):
    """Back every offer that the board would have listed as an edge.

    At the moments of `price_moments` these are the rows of `fct_offers_valued` with `is_edge`.
    """

    name: ClassVar[str] = "board"
    wants_valuation: ClassVar[bool] = True
    judges_each_event_alone: ClassVar[bool] = True
    default_stake: ClassVar[Literal["flat", "percentage", "kelly"]] = "kelly"

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        """The edges, with the probabilities that the board saw."""
        edges = offers[offers["can_bet"] & offers["is_board_edge"]]
        push = edges["board_push_probability"]
        win = edges["board_probability"]
        return edges.assign(
            win_probability=win,
            push_probability=push,
            edge=(1 - push) * (win * edges["net_decimal_price"] - 1),
        )
