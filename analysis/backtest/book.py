"""The bets of one book: those with a stake, in one order, with what measures and luck share."""

from typing import Final

import numpy as np
import pandas as pd

from analysis.backtest.ratios import Floats

WON: Final = ("win", "half_win")
LOST: Final = ("loss", "half_loss")
CLV: Final = "clv"
TIME_ZONE: Final = "America/New_York"


def book(bets: pd.DataFrame, *, stake: str, profit: str) -> pd.DataFrame:
    """The bets with a stake in `bet_number` order, so that no measure hangs on the order of rows.

    Args:
        bets: one row a bet.
        stake: the column of the stakes: `stake` of what could be executed, or `paper_stake`.
        profit: the column of the profits that goes with it.

    Returns:
        The frame with that stake and profit as `stake` and `profit`, `clv` (without the margin,
        else adjusted for points) and `is_counted`: settled and not void, a push included.

    Raises:
        ValueError: a settled bet has no profit or no `settled_at`.
    """
    chosen = bets.assign(stake=bets[stake].astype(float), profit=bets[profit].astype(float))
    chosen = chosen[chosen["stake"] > 0].sort_values("bet_number", ignore_index=True)
    is_settled = chosen["settlement"].notna()
    incomplete = is_settled & (chosen["profit"].isna() | chosen["settled_at"].isna())
    if incomplete.any():
        numbers = chosen.loc[incomplete, "bet_number"].tolist()
        raise ValueError(f"settled bets without a profit or settled_at: {numbers[:5]}")
    no_vig = chosen["no_vig_clv"].astype(float)
    return chosen.assign(
        clv=no_vig.fillna(chosen["point_adjusted_clv"].astype(float)),
        is_counted=is_settled & (chosen["settlement"] != "void"),
    )


def counted(bets: pd.DataFrame, *, stake: str, profit: str) -> pd.DataFrame:
    """The bets of a book that count in its turnover."""
    rows = book(bets, stake=stake, profit=profit)
    return rows[rows["is_counted"]].reset_index(drop=True)


def local_days(times: pd.Series, time_zone: str) -> pd.Series:
    """The local calendar day of each moment, as a midnight without a zone."""
    local = pd.to_datetime(times, utc=True).dt.tz_convert(time_zone)
    return local.dt.tz_localize(None).dt.normalize()


def floats(values: pd.Series) -> Floats:
    """A column as plain doubles."""
    return np.asarray(values, dtype=np.float64)
