"""One book by kind of market, bookmaker, sport, month, hours to the start or odds."""

from collections.abc import Callable
from itertools import pairwise
from math import inf
from typing import Final

import pandas as pd

from analysis.backtest import ratios
from analysis.backtest.book import TIME_ZONE, book, floats, local_days
from analysis.backtest.luck import yield_interval

COLUMNS: Final = ("group", "bets", "turnover", "profit", "yield_", "low", "high", "clv_mean")
# the edges of the fetch tiers, and the last hour on its own
HOURS: Final = (0, 1, 3, 12, 24, 72, inf)
ODDS: Final = (1, 1.5, 1.8, 2.1, 3, 5, inf)


def breakdown(
    bets: pd.DataFrame,
    by: str,
    *,
    stake: str = "stake",
    profit: str = "profit",
    time_zone: str = TIME_ZONE,
    level: float = 0.95,
) -> pd.DataFrame:
    """One row a group of a book's bets, bands in their order and names in the alphabet's.

    Args:
        bets: one row a bet.
        by: one of `BREAKDOWNS`; the month is that of the decision.
        stake: the column of the stakes.
        profit: the column of the profits.
        time_zone: whose days and months.
        level: how sure the interval is.

    Returns:
        `group`, `bets` (all with a stake), `turnover`, `profit`, `yield_`, `low` and `high` of its
        interval, `clv_mean`; NaN where there is nothing to say, or too few bets to say it.

    Raises:
        ValueError: there is no such breakdown.
    """
    if by not in BREAKDOWNS:
        raise ValueError(f"no breakdown by {by!r}; there are {', '.join(BREAKDOWNS)}")
    rows = book(bets, stake=stake, profit=profit)
    if rows.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    groups = BREAKDOWNS[by](rows, time_zone)
    lines = []
    for name, members in rows.groupby(groups, sort=True, observed=True):
        settled = members[members["is_counted"]]
        turnover, earned = float(settled["stake"].sum()), float(settled["profit"].sum())
        interval = yield_interval(members, level=level, time_zone=time_zone)
        clv = ratios.mean(floats(members["clv"].dropna()))
        yield_ = ratios.ratio(earned, turnover)
        numbers = (turnover, earned, yield_, interval.low, interval.high, clv)
        lines.append((str(name), len(members), *numbers))
    table = pd.DataFrame(lines, columns=list(COLUMNS))
    return table.astype(dict.fromkeys(COLUMNS[2:], float))


def _bands(values: pd.Series, edges: tuple[float, ...]) -> pd.Series:
    """The band of each value, its lower edge included."""
    labels = [
        f"{low:g} and more" if high == inf else f"{low:g} to {high:g}"
        for low, high in pairwise(edges)
    ]
    bands: pd.Series = pd.cut(values.astype(float), list(edges), right=False, labels=labels)
    return bands


def _month(rows: pd.DataFrame, time_zone: str) -> pd.Series:
    months: pd.Series = local_days(rows["decided_at"], time_zone).dt.strftime("%Y-%m")
    return months


BREAKDOWNS: Final[dict[str, Callable[[pd.DataFrame, str], pd.Series]]] = {
    "market_kind": lambda rows, _: rows["market_kind"],
    "bookmaker_key": lambda rows, _: rows["bookmaker_key"],
    "sport_key": lambda rows, _: rows["sport_key"],
    "month": _month,
    "hours_to_start": lambda rows, _: _bands(rows["minutes_to_start"] / 60, HOURS),
    "odds": lambda rows, _: _bands(rows["decimal_price"], ODDS),
}
