"""What trying often does to a result: the best of many worthless trials looks good by luck.

A trial is an attempt: a setup, the strategy's own code, the data. It counts whether or not its
run was kept. Trials that win and lose on the same days are hardly two, so how many they come to
follows from their daily profits; a clone adds nothing.
"""

from collections.abc import Mapping, Sequence
from math import sqrt
from statistics import NormalDist
from typing import Any, Final

import numpy as np
import orjson
import pandas as pd
from scipy.special import ndtri

from analysis.backtest.book import counted, floats, local_days
from analysis.backtest.ledger import kept_result
from analysis.backtest.luck import LEAST_DAYS
from analysis.backtest.ratios import Floats, sharpe
from analysis.backtest.result import BacktestResult
from analysis.warehouse import Record, Warehouse

EXECUTED: Final = {"stake": "stake", "profit": "profit"}
# what a run shows of itself, each by its columns of bets
SHOWN: Final = {
    "daily_profits": EXECUTED,
    "paper_daily_profits": {"stake": "paper_stake", "profit": "paper_profit"},
}
DRAWS: Final = 20_000
NUMBERS_A_BLOCK: Final = 2_000_000
_NORMAL: Final = NormalDist()


def trials(warehouse: Warehouse) -> list[Record]:
    """One row per run ever looked at, kept or not: the ledger that luck is judged by."""
    rows = warehouse.rows("select * from marts.fct_backtest_trials order by run_id")
    kept = warehouse.rows("select run_id from marts.fct_backtest_runs")
    kept_ids = {row["run_id"] for row in kept}
    return [_completed(warehouse, row, is_kept=row["run_id"] in kept_ids) for row in rows]


def _completed(warehouse: Warehouse, row: Record, *, is_kept: bool) -> Record:
    """A trial with the results that earlier versions did not write down, where its bets tell."""
    # a warehouse that was not built since lacks the column
    missing = [name for name in SHOWN if row.get(name) is None]
    if not missing:
        return row
    told = (
        trial_of(kept_result(warehouse, row["run_id"])) if is_kept else dict.fromkeys(SHOWN, "{}")
    )
    return {**row, **{name: told[name] for name in missing}}


def daily_profits(
    bets: pd.DataFrame, *, time_zone: str, stake: str = "stake", profit: str = "profit"
) -> pd.Series:
    """Profit of the settled bets by local day of decision; voids are no bets."""
    rows = counted(bets, stake=stake, profit=profit)
    days = local_days(rows["decided_at"], time_zone).dt.strftime("%Y-%m-%d")
    by_day: pd.Series = rows[profit].groupby(days, sort=True).sum()
    return by_day


def daily_measures(by_day: pd.Series) -> dict[str, float | None]:
    """Sharpe ratio, skewness and kurtosis of daily profits; None where days are few or alike."""
    profits = floats(by_day)
    ratio = sharpe(profits) if len(profits) >= LEAST_DAYS else None
    return {
        "sharpe_per_day": ratio,
        "skewness": None if ratio is None else _standard_moment(profits, 3),
        "kurtosis": None if ratio is None else _standard_moment(profits, 4),
    }


def trial_of(result: BacktestResult) -> dict[str, Any]:
    """What the ledger keeps of a run that was looked at: all results that were shown of it."""
    return {**result.facts, **{name: _text(_days_of(result, of)) for name, of in SHOWN.items()}}


def standing(result: BacktestResult, tried: Sequence[Record]) -> dict[str, Any]:
    """How a run stands among all that were tried.

    Args:
        result: the run.
        tried: the ledger, with or without this run.

    Returns:
        `trials`, how many there were, this one among them; `p_value_adjusted`, the chance that the
        best of them all does as well by luck (Westfall & Young 1993); `deflated_sharpe`, the chance
        that the run is better than the best that luck makes of so many.
    """
    facts = result.facts
    others = [row for row in tried if row["run_id"] != facts["run_id"]]
    adjusted = probability = None
    if facts["p_value"] is not None:
        # a few days, and what was earned on paper alone, were looked at, too
        shown = (row[name] for row in others for name in SHOWN)
        rivals = [days for text in shown if any((days := orjson.loads(text)).values())]
        best = best_by_luck([dict(_days_of(result)), *rivals])
        adjusted = _as_good_by_luck(best, facts["p_value"]) if rivals else facts["p_value"]
        if facts["sharpe_per_day"] is not None:
            observations = len(_days_of(result))
            probability = deflated_sharpe(
                facts["sharpe_per_day"],
                best_by_luck=max(float(best.mean()), 0.0) / sqrt(observations - 1),
                observations=observations,
                skewness=facts["skewness"],
                kurtosis=facts["kurtosis"],
            )
    return {
        "trials": len({_attempt(row) for row in [*others, facts]}),
        "p_value_adjusted": adjusted,
        "deflated_sharpe": probability,
    }


def _as_good_by_luck(best: Floats, p_value: float) -> float:
    surprise = float(ndtri(1 - p_value))
    return float(1 + (best >= surprise).sum()) / (1 + len(best))


def _days_of(result: BacktestResult, of: Mapping[str, str] = EXECUTED) -> pd.Series:
    time_zone = orjson.loads(result.facts["config"])["time_zone"]
    return daily_profits(result.bets, time_zone=time_zone, **of)


def _text(by_day: pd.Series) -> str:
    return orjson.dumps({day: round(float(profit), 6) for day, profit in by_day.items()}).decode()


def best_by_luck(
    days: Sequence[Mapping[str, float]], *, draws: int = DRAWS, seed: int = 0
) -> Floats:
    """The best of all trials in each draw in which none is worth anything, in standard errors.

    Args:
        days: the profit of each day, by trial. Those of one day are drawn together, so trials are
            as related as they were.
        draws: how many.
        seed: of the draws.
    """
    table = pd.DataFrame(list(days)).fillna(0.0).sort_index(axis=1)
    profits = table.to_numpy(dtype=np.float64)
    sizes = np.sqrt((profits**2).sum(axis=1, keepdims=True))
    # the same bets again, in other stakes or on paper, are drawn once
    units = np.unique((profits / np.where(sizes > 0, sizes, 1)).round(9), axis=0).T
    generator = np.random.default_rng(seed)
    block = max(1, NUMBERS_A_BLOCK // max(units.shape))
    pieces = [
        (generator.standard_normal((min(block, draws - start), len(units))) @ units).max(axis=1)
        for start in range(0, draws, block)
    ]
    return np.concatenate(pieces)


def deflated_sharpe(
    sharpe: float,
    *,
    best_by_luck: float,
    observations: int,
    skewness: float,
    kurtosis: float,
) -> float:
    """The chance that a Sharpe ratio is skill (Bailey & López de Prado 2014).

    Args:
        sharpe: of one observation, a day, not annualised.
        best_by_luck: the best Sharpe ratio to expect of all trials without any skill.
        observations: how many days it is of.
        skewness: of the days.
        kurtosis: of the days, 3 for normal ones.

    Raises:
        ValueError: fewer than two observations, or moments no days can have.
    """
    variance = 1 - skewness * sharpe + (kurtosis - 1) / 4 * sharpe**2
    if observations < 2 or variance <= 0:
        raise ValueError(
            f"no returns have these moments: {observations=}, {skewness=}, {kurtosis=}"
        )
    return _NORMAL.cdf((sharpe - best_by_luck) * sqrt((observations - 1) / variance))


def _attempt(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["config_hash"], row["strategy_hash"], row["data_hash"]


def _standard_moment(values: Floats, order: int) -> float:
    deviations = values - values.mean()
    return float(((deviations / values.std()) ** order).mean())
