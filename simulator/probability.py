"""The law a game follows: what is true, and what prices are measured against."""

from math import erfc, floor, sqrt
from typing import NamedTuple

import numpy as np

MARGIN_SD = 12.0
TOTAL_SD = 18.0
OVERTIME_MARGIN = 8


def normal_cdf(value: float) -> float:
    """P(standard normal <= value)."""
    return 0.5 * erfc(-value * 0.7071067811865476)


class Law(NamedTuple):
    """The distribution of a game's final margin (home minus away) and total.

    The margin is a rounded normal; a tie goes to overtime, which either side wins by one to
    eight with equal chances. The total is an independent rounded normal.
    """

    margin: float
    total: float
    margin_sd: float = MARGIN_SD
    total_sd: float = TOTAL_SD

    def margin_above(self, value: float) -> float:
        """P(margin > value)."""
        whole = floor(value)
        above = 1 - normal_cdf((whole + 0.5 - self.margin) / self.margin_sd)
        reach = OVERTIME_MARGIN - whole if whole >= 0 else OVERTIME_MARGIN + 1 + whole
        if reach <= 0:
            return above
        tie = normal_cdf((0.5 - self.margin) / self.margin_sd) - normal_cdf(
            (-0.5 - self.margin) / self.margin_sd
        )
        moved = tie / 2 * reach / OVERTIME_MARGIN
        return above + moved if whole >= 0 else above - moved

    def total_above(self, value: float) -> float:
        """P(total > value)."""
        return 1 - normal_cdf((floor(value) + 0.5 - self.total) / self.total_sd)

    def home_win(self) -> float:
        """P(the home side wins)."""
        return self.margin_above(0)

    def home_cover(self, point: float) -> tuple[float, float]:
        """(P(win), P(loss)) of the home side at its point; the rest is a push."""
        win = self.margin_above(-point)
        return win, 1 - (win if point % 1 else self.margin_above(-point - 0.5))

    def over(self, point: float) -> tuple[float, float]:
        """(P(win), P(loss)) of the over; the rest is a push."""
        win = self.total_above(point)
        return win, 1 - (win if point % 1 else self.total_above(point - 0.5))

    def first_outcome(self, market: str, point: float | None) -> tuple[float, float]:
        """(P(win), P(loss)) of the home side, or of the over."""
        if market in ("h2h", "h2h_lay"):
            win = self.home_win()
            return win, 1 - win
        if point is None:
            raise ValueError(f"{market} needs a point")
        return self.home_cover(point) if market == "spreads" else self.over(point)

    def first_probability(self, market: str, point: float | None) -> float:
        """The same, given that it is no push."""
        win, loss = self.first_outcome(market, point)
        return win / (win + loss)


def draw_result(law: Law, generator: np.random.Generator) -> tuple[int, int]:
    """Draw (home score, away score)."""
    margin = round(generator.normal(law.margin, law.margin_sd))
    if margin == 0:
        margin = int(generator.integers(1, OVERTIME_MARGIN + 1)) * int(generator.choice([-1, 1]))
    # Moving the total by one to match the margin's parity adds half a point of variance.
    total = round(generator.normal(law.total, sqrt(law.total_sd**2 - 0.5)))
    if (total - margin) % 2:
        total += int(generator.choice([-1, 1]))
    return (total + margin) // 2, (total - margin) // 2
