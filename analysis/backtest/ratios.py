"""Ratios of reward to risk in plain arrays, None where the numbers say nothing."""

from math import expm1, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DAYS_OF_A_YEAR: Final = 365
FEWEST_DAYS_FOR_CALMAR: Final = 90
TWO_SIDED_95: Final = 1.96
# a spread below this, relative to the values, is what rounding leaves of equal ones
ROUNDING: Final = 1e-12


def ratio(numerator: float, denominator: float) -> float | None:
    """One number by another, None where the other is 0."""
    return float(numerator / denominator) if denominator else None


def mean(values: Floats) -> float | None:
    """The mean, None of nothing."""
    return float(values.mean()) if len(values) else None


def sharpe(returns: Floats) -> float | None:
    """Mean by standard deviation, None without two different returns."""
    deviation = _deviation(returns)
    return None if deviation is None else float(returns.mean() / deviation)


def t_of_mean(values: Floats, *, of: float | None = None) -> float | None:
    """The mean, or the number `of`, in units of the mean's standard error."""
    deviation = _deviation(values)
    if deviation is None:
        return None
    return (float(values.mean()) if of is None else of) / deviation * sqrt(len(values))


def annual_sharpe(daily_returns: Floats) -> float | None:
    """The Sharpe ratio of a year of days that do not hang together."""
    each = sharpe(daily_returns)
    return None if each is None else each * sqrt(DAYS_OF_A_YEAR)


def annual_sharpe_lo(daily_returns: Floats) -> float | None:
    """The Sharpe ratio of a year, corrected where a day's return hangs on the day before.

    The correction is Lo's (2002) for returns with a first-order autocorrelation; one within the
    range of chance (95 %) is taken for none.
    """
    each = sharpe(daily_returns)
    if each is None:
        return None
    deviations = daily_returns - daily_returns.mean()
    rho = float(deviations[1:] @ deviations[:-1] / (deviations @ deviations))
    if abs(rho) * sqrt(len(daily_returns)) <= TWO_SIDED_95:
        return each * sqrt(DAYS_OF_A_YEAR)
    return each * lo_scale(autocorrelation=rho, periods=DAYS_OF_A_YEAR)


def lo_scale(*, autocorrelation: float, periods: int) -> float:
    """What takes a Sharpe ratio to that many periods, their square root without autocorrelation."""
    rho = autocorrelation
    tail = (1 - rho**periods) / (periods * (1 - rho))
    return sqrt(periods / (1 + 2 * rho / (1 - rho) * (1 - tail)))


def annual_sortino(daily_returns: Floats) -> float | None:
    """Mean by downside deviation from 0 over a year, None without a losing day."""
    downside = sqrt(float(np.mean(np.minimum(daily_returns, 0) ** 2)))
    if downside <= ROUNDING:
        return None
    return float(daily_returns.mean()) / downside * sqrt(DAYS_OF_A_YEAR)


def calmar(daily_returns: Floats, *, max_drawdown: float) -> float | None:
    """Compound return of a year by the deepest drawdown, None under 90 days or without one."""
    if len(daily_returns) < FEWEST_DAYS_FOR_CALMAR or max_drawdown == 0:
        return None
    years = len(daily_returns) / DAYS_OF_A_YEAR
    return expm1(float(np.log1p(daily_returns).sum()) / years) / abs(max_drawdown)


def longest_run(flags: NDArray[np.bool_]) -> int:
    """How many of the flags that are set stand side by side at most."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def _deviation(values: Floats) -> float | None:
    """The standard deviation of a sample, None without two different values."""
    if len(values) < 2 or np.ptp(values) <= ROUNDING * float(np.abs(values).max()):
        return None
    deviation = float(values.std(ddof=1))
    # squares of the smallest numbers are 0
    return deviation if deviation > 0 else None
