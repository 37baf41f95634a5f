"""How much of a result is luck: intervals and p-values.

Bets of one day hang together (one event, one arbitrage, one piece of news), so errors are those of
local calendar days of decision, never of single bets.
"""

from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Final

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from analysis.backtest.book import CLV, TIME_ZONE, book, counted, floats, local_days
from analysis.backtest.daily import daily
from analysis.backtest.fair_draws import drawn_profits
from analysis.backtest.ratios import Floats
from analysis.backtest.yields import YieldChances, yield_chances

DRAWS: Final = 10_000
# a curve to look at needs fewer, and keeps all of them in memory
BAND_DRAWS: Final = 2_000
LEAST_SHARE_WITH_CLOSE: Final = 0.8
# fewer say nothing about how bets scatter: two winning legs of one middle would be a sensation
LEAST_BETS: Final = 30
LEAST_DAYS: Final = 8
BAND: Final = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Interval:
    """The ends of an interval; None where too few bets or days leave it unknown."""

    low: float | None
    high: float | None


UNKNOWN: Final = Interval(low=None, high=None)


def yield_interval(
    bets: pd.DataFrame,
    *,
    stake: str = "stake",
    profit: str = "profit",
    level: float = 0.95,
    time_zone: str = TIME_ZONE,
) -> Interval:
    """The interval of the yield of a book's settled bets.

    It holds each yield that would not make the one that was earned a surprise. What chance does
    is reckoned at that yield (Wilson 1927), as the bets of an outsider scatter more the more of
    them win, and by days (`YieldChances.inflation`). None with fewer than `LEAST_BETS` bets or
    `LEAST_DAYS` days.
    """
    chances = _chances(bets, stake=stake, profit=profit, time_zone=time_zone)
    if chances is None:
        return UNKNOWN
    widest = float(stdtrit(chances.days - 1, (1 + level) / 2))
    low, high = chances.yields_within(widest)
    return Interval(low=low, high=high)


def mean_interval(
    bets: pd.DataFrame,
    *,
    column: str = CLV,
    stake: str = "stake",
    profit: str = "profit",
    level: float = 0.95,
    time_zone: str = TIME_ZONE,
) -> Interval:
    """The interval of the mean of a column over a book's bets that have it; by default their CLV.

    The CLV is the one without the margin, else the one adjusted for points. By Student's
    distribution over days; None with fewer than `LEAST_BETS` bets or `LEAST_DAYS` days.
    """
    rows = book(bets, stake=stake, profit=profit)
    rows = rows[rows[column].notna()]
    days = local_days(rows["decided_at"], time_zone)
    if len(rows) < LEAST_BETS or days.nunique() < LEAST_DAYS:
        return UNKNOWN
    values = rows[column].astype(float)
    mean = float(values.mean())
    by_day = floats((values - mean).groupby(days, sort=True).sum())
    count = len(by_day)
    error = sqrt(float((by_day**2).sum()) * count / (count - 1)) / len(rows)
    reach = float(stdtrit(count - 1, (1 + level) / 2)) * error
    return Interval(low=mean - reach, high=mean + reach)


def p_value_by_day(
    bets: pd.DataFrame,
    *,
    stake: str = "stake",
    profit: str = "profit",
    time_zone: str = TIME_ZONE,
) -> float | None:
    """The chance of such a yield or a better one from bets worth nothing.

    It says what `yield_interval` says: below 2.5 % where the 95 % interval lies above 0. None with
    fewer than `LEAST_BETS` bets or `LEAST_DAYS` days, and where nothing was left to chance.
    """
    chances = _chances(bets, stake=stake, profit=profit, time_zone=time_zone)
    if chances is None:
        return None
    surprise = chances.surprise_at(0)
    return float(stdtr(chances.days - 1, -surprise)) if isfinite(surprise) else None


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
    profits: Floats = floats(by_day.reindex(pd.DatetimeIndex(days), fill_value=0.0))
    chosen = np.random.default_rng(seed).integers(0, len(days), (draws, len(days)))
    paths = profits[chosen].cumsum(axis=1)
    low, middle, high = np.quantile(paths, BAND, axis=0)
    return pd.DataFrame({"date": days, "low": low, "middle": middle, "high": high})


def _chances(bets: pd.DataFrame, *, stake: str, profit: str, time_zone: str) -> YieldChances | None:
    rows = counted(bets, stake=stake, profit=profit)
    days = local_days(rows["decided_at"], time_zone)
    if len(rows) < LEAST_BETS or days.nunique() < LEAST_DAYS:
        return None
    return yield_chances(rows, days=days)
