"""What a book of bets earned, at what risk, against what price: every measure of a backtest.

A measure is None where there is nothing to say, never infinite and never a 0 that means unknown.
"""

from dataclasses import dataclass, replace
from math import log, sqrt

import numpy as np
import pandas as pd

from analysis.backtest import ratios
from analysis.backtest.book import LOST, TIME_ZONE, WON, book, floats
from analysis.backtest.daily import daily
from analysis.backtest.probability_quality import probability_quality
from analysis.backtest.ratios import Floats

__all__ = ["Metrics", "daily", "measure"]


@dataclass(frozen=True)
class Metrics:
    """The measures of one book; rates, yields and drawdowns are fractions of 1.

    `won` and `lost` include half wins and half losses. `max_drawdown` is 0 or negative,
    `max_drawdown_days` the longest stretch of days below an earlier peak, `time_under_water` the
    share of days below one, and `worst_open_exposure` money. Streaks are of bets in order of their
    settlement, pushes left out. Brier score and log loss, of the
    bets' own probabilities and of the market's, are of the same bets.
    """

    bets: int
    won: int
    lost: int
    pushed: int
    void: int
    pending: int
    turnover: float
    profit: float
    yield_: float | None
    flat_yield: float | None
    bankroll_growth: float | None
    log_growth_per_day: float | None
    win_rate: float | None
    expected_win_rate: float | None
    win_rate_z: float | None
    sharpe_per_bet: float | None
    sharpe_annual: float | None
    sharpe_annual_lo: float | None
    sortino_annual: float | None
    max_drawdown: float | None
    max_drawdown_days: int | None
    time_under_water: float | None
    worst_open_exposure: float | None
    calmar: float | None
    profit_factor: float | None
    longest_winning_streak: int
    longest_losing_streak: int
    t_statistic: float | None
    clv_mean: float | None
    clv_t: float | None
    beat_close_rate: float | None
    expected_profit_at_close: float | None
    brier: float | None
    log_loss: float | None
    market_brier: float | None
    market_log_loss: float | None
    calibration_slope: float | None


@dataclass(frozen=True)
class _Curve:
    """What the bankroll did day by day, None where no bet is settled."""

    bankroll_growth: float | None = None
    log_growth_per_day: float | None = None
    sharpe_annual: float | None = None
    sharpe_annual_lo: float | None = None
    sortino_annual: float | None = None
    max_drawdown: float | None = None
    max_drawdown_days: int | None = None
    time_under_water: float | None = None
    calmar: float | None = None


def measure(
    bets: pd.DataFrame,
    *,
    initial_bankroll: float,
    time_zone: str = TIME_ZONE,
    stake: str = "stake",
    profit: str = "profit",
) -> Metrics:
    """Every measure of one book.

    Args:
        bets: one row a bet.
        initial_bankroll: the money before the first bet.
        time_zone: whose midnight ends a day.
        stake: the column of the stakes: `stake` of what could be executed, or `paper_stake`.
        profit: the column of the profits that goes with it.

    Raises:
        ValueError: the bankroll is not positive, or a settled bet has no profit or `settled_at`.
    """
    if not initial_bankroll > 0:
        raise ValueError(f"a bankroll is positive, not {initial_bankroll}")
    rows = book(bets, stake=stake, profit=profit)
    days = daily(
        bets, initial_bankroll=initial_bankroll, time_zone=time_zone, stake=stake, profit=profit
    )
    settlement = rows["settlement"]
    is_settled = bool(settlement.notna().any())
    curve = _curve(days, initial_bankroll=initial_bankroll) if is_settled else _Curve()
    settled = rows[rows["is_counted"]]
    stakes, profits = floats(settled["stake"]), floats(settled["profit"])
    returns = profits / stakes
    yield_ = ratios.ratio(profits.sum(), stakes.sum())
    decided = settled[settled["settlement"] != "push"]
    is_won, break_even = decided["settlement"].isin(WON), 1 / floats(decided["net_decimal_price"])
    by_settlement = decided.sort_values(["settled_at", "bet_number"])
    in_order = by_settlement["settlement"].isin(WON).to_numpy(dtype=bool)
    clv = _known(rows["clv"])
    quality = probability_quality(rows)
    return Metrics(
        bets=len(rows),
        won=int(settlement.isin(WON).sum()),
        lost=int(settlement.isin(LOST).sum()),
        pushed=int((settlement == "push").sum()),
        void=int((settlement == "void").sum()),
        pending=int(settlement.isna().sum()),
        turnover=float(stakes.sum()),
        profit=float(profits.sum()),
        yield_=yield_,
        flat_yield=ratios.mean(returns),
        bankroll_growth=curve.bankroll_growth,
        log_growth_per_day=curve.log_growth_per_day,
        win_rate=ratios.mean(floats(is_won)),
        expected_win_rate=ratios.mean(break_even),
        win_rate_z=_win_rate_z(floats(is_won), break_even),
        sharpe_per_bet=ratios.sharpe(returns),
        sharpe_annual=curve.sharpe_annual,
        sharpe_annual_lo=curve.sharpe_annual_lo,
        sortino_annual=curve.sortino_annual,
        max_drawdown=curve.max_drawdown,
        max_drawdown_days=curve.max_drawdown_days,
        time_under_water=curve.time_under_water,
        worst_open_exposure=None if rows.empty else float(days["open_exposure"].max()),
        calmar=curve.calmar,
        profit_factor=ratios.ratio(profits[profits > 0].sum(), -profits[profits < 0].sum()),
        longest_winning_streak=ratios.longest_run(in_order),
        longest_losing_streak=ratios.longest_run(~in_order),
        t_statistic=ratios.t_of_mean(returns, of=yield_),
        clv_mean=ratios.mean(clv),
        clv_t=ratios.t_of_mean(clv),
        beat_close_rate=ratios.mean(_known(rows["beat_close"])),
        expected_profit_at_close=_expected_profit(settled),
        brier=quality.brier,
        log_loss=quality.log_loss,
        market_brier=quality.market_brier,
        market_log_loss=quality.market_log_loss,
        calibration_slope=quality.calibration_slope,
    )


def _curve(days: pd.DataFrame, *, initial_bankroll: float) -> _Curve:
    """The measures of a daily curve; a bankroll once lost has no returns and no growth rate."""
    bankroll, drawdown = floats(days["bankroll"]), floats(days["drawdown"])
    max_drawdown = float(drawdown.min())
    is_under_water = drawdown < 0
    depths = _Curve(
        bankroll_growth=float(bankroll[-1] / initial_bankroll - 1),
        max_drawdown=max_drawdown,
        max_drawdown_days=ratios.longest_run(is_under_water),
        time_under_water=float(is_under_water.mean()),
    )
    if bankroll.min() <= 0:
        return depths
    returns = floats(days["profit"]) / np.concatenate([[initial_bankroll], bankroll[:-1]])
    return replace(
        depths,
        log_growth_per_day=log(bankroll[-1] / initial_bankroll) / len(bankroll),
        sharpe_annual=ratios.annual_sharpe(returns),
        sharpe_annual_lo=ratios.annual_sharpe_lo(returns),
        sortino_annual=ratios.annual_sortino(returns),
        calmar=ratios.calmar(returns, max_drawdown=max_drawdown),
    )


def _win_rate_z(is_won: Floats, break_even: Floats) -> float | None:
    """By how many standard deviations the wins exceed those that break even."""
    deviation = sqrt(float((break_even * (1 - break_even)).sum()))
    return ratios.ratio(float((is_won - break_even).sum()), deviation)


def _expected_profit(settled: pd.DataFrame) -> float | None:
    """What the settled bets would have earned had each earned its value at the close."""
    known = settled[settled["clv"].notna()]
    return None if known.empty else float((known["stake"] * known["clv"]).sum())


def _known(values: pd.Series) -> Floats:
    return floats(values.dropna())
