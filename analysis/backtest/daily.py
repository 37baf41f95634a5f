"""A book day by day: what was settled, what it made of the bankroll, what stood open."""

import numpy as np
import pandas as pd

from analysis.backtest.book import TIME_ZONE, book, floats, local_days
from analysis.backtest.ratios import ROUNDING, Floats

COLUMNS = ("date", "profit", "bankroll", "drawdown", "open_exposure")


def daily(
    bets: pd.DataFrame,
    *,
    initial_bankroll: float,
    time_zone: str = TIME_ZONE,
    stake: str = "stake",
    profit: str = "profit",
) -> pd.DataFrame:
    """One row a calendar day from the first decision to the last settlement or decision.

    Args:
        bets: one row a bet.
        initial_bankroll: the money before the first bet.
        time_zone: whose midnight ends a day.
        stake: the column of the stakes.
        profit: the column of the profits.

    Returns:
        `date`; `profit` of the bets settled that day; `bankroll` at its end; `drawdown` as the
        share of the highest bankroll so far, 0 or negative; `open_exposure`, the most that stood
        in undecided bets at any moment of the day.
    """
    rows = book(bets, stake=stake, profit=profit)
    if rows.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    decided = local_days(rows["decided_at"], time_zone)
    settled = local_days(rows["settled_at"], time_zone)
    days = pd.date_range(decided.min(), max(decided.max(), settled.max(), key=_or_earliest))
    is_settled = rows["settlement"].notna()
    by_day = rows.loc[is_settled, "profit"].groupby(settled[is_settled]).sum()
    profits = by_day.reindex(days, fill_value=0.0).to_numpy(dtype=float)
    bankroll = initial_bankroll + np.cumsum(profits)
    peak = np.maximum.accumulate(np.maximum(bankroll, initial_bankroll))
    return pd.DataFrame(
        {
            "date": days.date,
            "profit": profits,
            "bankroll": bankroll,
            "drawdown": np.where(bankroll < peak * (1 - ROUNDING), bankroll / peak - 1, 0.0),
            "open_exposure": _open_exposure(rows, days=days, time_zone=time_zone),
        }
    )


def _or_earliest(day: pd.Timestamp) -> pd.Timestamp:
    return pd.Timestamp.min if pd.isna(day) else day


def _open_exposure(rows: pd.DataFrame, *, days: pd.DatetimeIndex, time_zone: str) -> Floats:
    """The most that stood open in each day.

    At one moment the settlements come first: their stakes are free for the decisions.
    """
    is_settled = rows["settlement"].notna()
    opened = rows.assign(moment=rows["decided_at"], change=rows["stake"], rank=1)
    closed = rows.assign(moment=rows["settled_at"], change=-rows["stake"], rank=0)
    moves = pd.concat([opened, closed[is_settled]])[["moment", "rank", "bet_number", "change"]]
    moves = moves.sort_values(["moment", "rank", "bet_number"], ignore_index=True)
    # stakes that came and went must leave nothing behind
    level = moves["change"].cumsum().round(9)
    by_day = level.groupby(local_days(moves["moment"], time_zone))
    carried = by_day.last().reindex(days).ffill().shift(fill_value=0.0)
    within = by_day.max().reindex(days).fillna(0.0)
    return np.maximum(floats(carried), floats(within))
