"""How far chance takes a yield, given what the bets are truly worth.

A bet at decimal price d that is worth y per unit wins with probability p = (1 + y) / d, so its
profit has the variance d^2 p (1 - p), and leans as outsiders do: many small losses, few large wins.
Bets on one side of one game are won and lost together. What else hangs together within a day shows
in how days scatter, against what this says they should.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import copysign, inf, sqrt
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincc, ndtri

from analysis.backtest.book import floats
from analysis.backtest.ratios import ROUNDING, Floats

# a push decides none of the stake, a quarter line may decide half of it
DECIDED_SHARES: Final = {"win": 1.0, "loss": 1.0, "half_win": 0.5, "half_loss": 0.5, "push": 0.0}
SIDE: Final = ["event_id", "market_kind", "outcome_name", "outcome_description"]
HALVINGS: Final = 60
# a gamma distribution is as good as normal, and hard to reckon
LEAST_SKEWNESS: Final = 1e-4


@dataclass(frozen=True)
class YieldChances:
    """A yield and what chance does to it.

    Attributes:
        of_decided: profit per unit of the stakes that won or lost.
        decided: those stakes, money.
        turnover: all stakes, pushes too, money.
        days: on so many days bets were decided on.
        inflation: by how much days scatter more, or less, than their bets alone would.
    """

    of_decided: float
    decided: float
    turnover: float
    days: int
    inflation: float
    stakes: Floats
    prices: Floats
    sides: NDArray[np.int64]

    def surprise_at(self, worth: float) -> float:
        """How surprising such a yield or a better one is if every bet is worth so much per unit.

        In standard deviations of a normal distribution: 1.645 where its chance is 5 %, below 0
        where less was earned than that. By a gamma distribution, as it leans like the bets do.
        """
        variance, skewness = _moments(
            worth, stakes=self.stakes, prices=self.prices, sides=self.sides
        )
        error = sqrt(self.inflation * variance) / self.decided
        distance = self.of_decided - worth
        if error == 0:
            return copysign(inf, distance) if distance else 0.0
        return _unskewed(distance / error, skewness * sqrt(self.inflation))

    def yields_within(self, surprise: float) -> tuple[float, float]:
        """The least and the greatest worth that leaves what was earned no greater surprise.

        Per unit of turnover, as yields are.
        """

        def is_far(worth: float) -> bool:
            return abs(self.surprise_at(worth)) > surprise

        most = float(self.prices.max()) - 1
        low = _boundary(is_far, far=-1.0, near=self.of_decided)
        high = _boundary(is_far, far=max(most, self.of_decided), near=self.of_decided)
        share = self.decided / self.turnover
        return low * share, high * share


def yield_chances(rows: pd.DataFrame, *, days: pd.Series) -> YieldChances | None:
    """What chance does to the yield of settled bets, each on its local day; None if all pushed.

    Args:
        rows: bets of `book.counted`.
        days: the day of each.
    """
    shares = floats(rows["settlement"].map(DECIDED_SHARES))
    stakes = floats(rows["stake"]) * shares
    decided = float(stakes.sum())
    if decided == 0:
        return None
    profits, prices = floats(rows["profit"]), floats(rows["net_decimal_price"])
    of_decided = float(profits.sum()) / decided
    groups = rows.groupby(SIDE, dropna=False, sort=False)
    sides: NDArray[np.int64] = np.asarray(groups.ngroup(), dtype=np.int64)
    by_day = pd.Series(profits - of_decided * stakes).groupby(days.to_numpy()).sum()
    count = len(by_day)
    seen = float((by_day**2).sum()) * count / (count - 1)
    expected, _ = _moments(of_decided, stakes=stakes, prices=prices, sides=sides)
    return YieldChances(
        of_decided=of_decided,
        decided=decided,
        turnover=float(rows["stake"].sum()),
        days=count,
        # where all was lost, or all won, the days tell nothing
        inflation=seen / expected if expected > ROUNDING * decided**2 else 1.0,
        stakes=stakes,
        prices=prices,
        sides=sides,
    )


def _moments(
    worth: float, *, stakes: Floats, prices: Floats, sides: NDArray[np.int64]
) -> tuple[float, float]:
    """Variance and skewness of the profit: what one side of a game does to it adds up."""
    chances = np.minimum((1 + worth) / prices, 1)
    deviations = stakes * prices * np.sqrt(chances * (1 - chances))
    of_sides = np.bincount(sides, weights=deviations)
    variance = float((of_sides**2).sum())
    if variance == 0:
        return 0.0, 0.0
    leans = np.bincount(sides, weights=deviations * _lean(chances)) / np.where(
        of_sides > 0, of_sides, 1
    )
    return variance, float((leans * of_sides**3).sum()) / variance**1.5


def _lean(chances: Floats) -> Floats:
    """The skewness of what is won with such a chance."""
    spread = np.sqrt(chances * (1 - chances))
    return np.divide(1 - 2 * chances, spread, out=np.zeros_like(spread), where=spread > 0)


def _unskewed(deviation: float, skewness: float) -> float:
    """The normal deviation as improbable as one of a gamma distribution of that skewness."""
    if abs(skewness) < LEAST_SKEWNESS:
        return deviation
    if skewness < 0:
        return -_unskewed(-deviation, -skewness)
    shape = 4 / skewness**2
    value = max(shape + deviation * sqrt(shape), 0.0)
    below, above = float(gammainc(shape, value)), float(gammaincc(shape, value))
    return float(ndtri(below) if below < above else -ndtri(above))


def _boundary(is_far: Callable[[float], bool], *, far: float, near: float) -> float:
    """Where between two numbers it begins to be far; the far one itself if nothing is."""
    if not is_far(far):
        return far
    for _ in range(HALVINGS):
        middle = (far + near) / 2
        if is_far(middle):
            far = middle
        else:
            near = middle
    return near
