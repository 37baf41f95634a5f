"""How much of a result is luck: intervals, p-values, and what the number of trials does to them.

Bets of one day hang together (one event, one arbitrage, one piece of news), so it is local
calendar days of decision that are drawn anew, never single bets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import e, erfc, sqrt
from statistics import NormalDist
from typing import Final

import numpy as np
import pandas as pd

from analysis.backtest.book import CLV, TIME_ZONE, book, counted, floats, local_days
from analysis.backtest.daily import daily
from analysis.backtest.fair_draws import drawn_profits
from analysis.backtest.ratios import Floats

DRAWS: Final = 10_000
# a curve to look at needs fewer, and keeps all of them in memory
BAND_DRAWS: Final = 2_000
LEAST_SHARE_WITH_CLOSE: Final = 0.8
# fewer say nothing about how bets scatter: two winning legs of one middle would be a sensation
LEAST_BETS: Final = 30
LEAST_DAYS: Final = 8
EULER_MASCHERONI: Final = 0.5772156649015329
NUMBERS_A_BLOCK: Final = 2_000_000
BAND: Final = (0.05, 0.5, 0.95)
_NORMAL: Final = NormalDist()


@dataclass(frozen=True)
class Interval:
    """The ends of an interval, None where fewer than two days leave it unknown."""

    low: float | None
    high: float | None


def yield_interval(
    bets: pd.DataFrame,
    *,
    stake: str = "stake",
    profit: str = "profit",
    draws: int = DRAWS,
    level: float = 0.95,
    seed: int = 0,
    time_zone: str = TIME_ZONE,
) -> Interval:
    """The interval of the yield of a book's settled bets."""
    rows = counted(bets, stake=stake, profit=profit)
    sums = _sums(rows, numerator="profit", denominator="stake", time_zone=time_zone)
    return _ratio_interval(*sums, draws=draws, level=level, seed=seed)


def mean_interval(
    bets: pd.DataFrame,
    *,
    column: str = CLV,
    stake: str = "stake",
    profit: str = "profit",
    draws: int = DRAWS,
    level: float = 0.95,
    seed: int = 0,
    time_zone: str = TIME_ZONE,
) -> Interval:
    """The interval of the mean of a column over a book's bets that have it; by default their CLV.

    The CLV is the one without the margin, else the one adjusted for points.
    """
    rows = book(bets, stake=stake, profit=profit)
    rows = rows[rows[column].notna()].assign(one=1.0)
    sums = _sums(rows, numerator=column, denominator="one", time_zone=time_zone)
    return _ratio_interval(*sums, draws=draws, level=level, seed=seed)


def equity_band(
    bets: pd.DataFrame,
    *,
    stake: str = "stake",
    profit: str = "profit",
    draws: int = BAND_DRAWS,
    seed: int = 0,
    time_zone: str = TIME_ZONE,
) -> pd.DataFrame:
    """Where the cumulated profit might have stood each day, had the days come by chance.

    Returns:
        One row a day of `daily`: `date`, and `low`, `middle` and `high`, the 5, 50 and 95 % of
        the draws. A bet's profit belongs to the day of its decision.
    """
    # only the days are taken from it, so the bankroll does not matter
    days = daily(bets, initial_bankroll=1, time_zone=time_zone, stake=stake, profit=profit)["date"]
    rows = counted(bets, stake=stake, profit=profit)
    if rows.empty:
        return pd.DataFrame(columns=["date", "low", "middle", "high"])
    by_day = rows["profit"].groupby(local_days(rows["decided_at"], time_zone)).sum()
    profits = floats(by_day.reindex(pd.DatetimeIndex(days), fill_value=0.0))
    chosen = np.random.default_rng(seed).integers(0, len(days), (draws, len(days)))
    paths = profits[chosen].cumsum(axis=1)
    low, middle, high = np.quantile(paths, BAND, axis=0)
    return pd.DataFrame({"date": days, "low": low, "middle": middle, "high": high})


def p_value_normal(t_statistic: float) -> float:
    """The chance of a t as high or higher from bets worth nothing, by the normal distribution."""
    return erfc(t_statistic / sqrt(2)) / 2


def p_value_by_day(
    bets: pd.DataFrame,
    *,
    stake: str = "stake",
    profit: str = "profit",
    time_zone: str = TIME_ZONE,
) -> float | None:
    """The chance of such a yield from bets worth nothing, its error taken over days, not bets.

    Bets on one game, and legs of one arbitrage, win and lose together; a standard error that takes
    them for independent is wrong either way. None with fewer than `LEAST_BETS` bets or
    `LEAST_DAYS` days.
    """
    rows = counted(bets, stake=stake, profit=profit)
    profits, stakes = _sums(rows, numerator="profit", denominator="stake", time_zone=time_zone)
    if len(rows) < LEAST_BETS or len(profits) < LEAST_DAYS:
        return None
    yield_ = profits.sum() / stakes.sum()
    squares = float(((profits - yield_ * stakes) ** 2).sum())
    error = sqrt(squares * len(profits) / (len(profits) - 1)) / float(stakes.sum())
    return p_value_normal(float(yield_) / error) if error > 0 else None


def p_value_fair(
    bets: pd.DataFrame,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    stake: str = "stake",
    profit: str = "profit",
) -> float | None:
    """The chance of the profit or more had every bet been worth what the fair close says.

    Exact up to the draws: the games are drawn, the bets settled on them at their own prices. Bets
    without a fair close are left out; None if those are over a fifth.
    """
    rows = counted(bets, stake=stake, profit=profit)
    known = rows[rows["close_fair_probability"].notna()].reset_index(drop=True)
    if known.empty or len(known) < LEAST_SHARE_WITH_CLOSE * len(rows):
        return None
    # equal profits, summed in another order, must count as equal
    floor = known["profit"].sum() - 1e-9 * known["stake"].sum()
    blocks = drawn_profits(known, draws=draws, generator=np.random.default_rng(seed))
    at_least = sum(int((profits >= floor).sum()) for profits in blocks)
    return (1 + at_least) / (1 + draws)


def expected_max_sharpe(trials: Sequence[float]) -> float:
    """The best Sharpe ratio to expect of so many trials of such spread without any skill.

    Bailey & López de Prado (2014); 0 for one trial, which had no others to be better than.

    Raises:
        ValueError: there are no trials.
    """
    if not trials:
        raise ValueError("the trials include at least the one that is judged")
    count = len(trials)
    if count == 1:
        return 0.0
    high = _NORMAL.inv_cdf(1 - 1 / count)
    higher = _NORMAL.inv_cdf(1 - 1 / (count * e))
    spread = float(np.std(trials, ddof=1))
    return spread * ((1 - EULER_MASCHERONI) * high + EULER_MASCHERONI * higher)


def deflated_sharpe(
    sharpe: float,
    *,
    trials: Sequence[float],
    observations: int,
    skewness: float,
    kurtosis: float,
) -> float:
    """The chance that a Sharpe ratio is skill, after so many trials (Bailey & López de Prado 2014).

    Args:
        sharpe: of one observation (a bet or a day), not annualised.
        trials: the Sharpe ratios of all that was tried, this one included, of the same kind.
        observations: how many returns it is of.
        skewness: of the returns.
        kurtosis: of the returns, 3 for normal ones.

    Raises:
        ValueError: no trials, fewer than two observations, or moments no returns can have.
    """
    variance = 1 - skewness * sharpe + (kurtosis - 1) / 4 * sharpe**2
    if observations < 2 or variance <= 0:
        raise ValueError(
            f"no returns have these moments: {observations=}, {skewness=}, {kurtosis=}"
        )
    excess = sharpe - expected_max_sharpe(trials)
    return _NORMAL.cdf(excess * sqrt((observations - 1) / variance))


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """The p-values adjusted for their number, in their own order (Benjamini & Hochberg 1995).

    Those up to a rate hold at most that share of false discoveries on average.
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values)[::-1]
    ranks = np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum.accumulate(values[order] * len(values) / ranks).clip(max=1)
    return [float(value) for value in adjusted]


def _sums(
    rows: pd.DataFrame, *, numerator: str, denominator: str, time_zone: str
) -> tuple[Floats, Floats]:
    """Both columns summed by day of decision."""
    days = local_days(rows["decided_at"], time_zone)
    by_day = rows[[numerator, denominator]].astype(float).groupby(days, sort=True).sum()
    return floats(by_day[numerator]), floats(by_day[denominator])


def _ratio_interval(
    numerators: Floats, denominators: Floats, *, draws: int, level: float, seed: int
) -> Interval:
    """The bootstrap interval of a ratio of sums, corrected for bias and skew (BCa, Efron 1987)."""
    if len(numerators) < 2:
        return Interval(low=None, high=None)
    drawn = np.sort(_drawn_ratios(numerators, denominators, draws=draws, seed=seed))
    actual = numerators.sum() / denominators.sum()
    ranks = np.searchsorted(drawn, actual), np.searchsorted(drawn, actual, side="right")
    # never 0 or 1, which have no quantile
    bias = _NORMAL.inv_cdf((float(sum(ranks)) / 2 + 0.5) / (draws + 1))
    without = (numerators.sum() - numerators) / (denominators.sum() - denominators)
    skew = _acceleration(without.mean() - without)
    ends = (_corrected(bias, skew, (1 + side * level) / 2) for side in (-1, 1))
    low, high = (float(np.quantile(drawn, end)) for end in ends)
    return Interval(low=low, high=high)


def _drawn_ratios(numerators: Floats, denominators: Floats, *, draws: int, seed: int) -> Floats:
    """The ratio of sums in each draw of as many days as there are, some twice and some never."""
    days = len(numerators)
    generator = np.random.default_rng(seed)
    block = max(1, NUMBERS_A_BLOCK // days)
    pieces = []
    for start in range(0, draws, block):
        size = min(block, draws - start)
        chosen = generator.integers(0, days, (size, days)) + days * np.arange(size)[:, None]
        counts = np.bincount(chosen.ravel(), minlength=size * days).reshape(size, days)
        sums = counts.astype(float) @ np.column_stack([numerators, denominators])
        pieces.append(sums[:, 0] / sums[:, 1])
    return np.concatenate(pieces)


def _acceleration(deviations: Floats) -> float:
    spread = float((deviations**2).sum())
    return float((deviations**3).sum()) / (6 * spread**1.5) if spread > 0 else 0.0


def _corrected(bias: float, skew: float, share: float) -> float:
    shifted = bias + _NORMAL.inv_cdf(share)
    return _NORMAL.cdf(bias + shifted / (1 - skew * shifted))
