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

DRAWS: Final = 20_000
NUMBERS_A_BLOCK: Final = 2_000_000
_NORMAL: Final = NormalDist()


def trials(warehouse: Warehouse) -> list[Record]:
    """One row per run ever looked at, kept or not: the ledger that luck is judged by."""
    rows = warehouse.rows("select * from marts.fct_backtest_trials order by run_id")
    return [
        # kept by a version without this ledger
        {**trial_of(kept_result(warehouse, row["run_id"])), **_present(row)}
        if row["daily_profits"] is None
        else row
        for row in rows
    ]


def daily_profits(bets: pd.DataFrame, *, time_zone: str) -> pd.Series:
    """Profit of the settled bets by local day of decision; voids are no bets."""
    rows = counted(bets, stake="stake", profit="profit")
    days = local_days(rows["decided_at"], time_zone).dt.strftime("%Y-%m-%d")
    by_day: pd.Series = rows["profit"].groupby(days, sort=True).sum()
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
    """What the ledger keeps of a run that was looked at."""
    by_day = {day: round(float(profit), 6) for day, profit in _days_of(result).items()}
    return {**result.facts, "daily_profits": orjson.dumps(by_day).decode()}


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
        # what had too few bets to be judged could not have been the best
        rivals = [row["daily_profits"] for row in others if row["p_value"] is not None]
        best = best_by_luck([dict(_days_of(result)), *map(orjson.loads, rivals)])
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


def _days_of(result: BacktestResult) -> pd.Series:
    time_zone = orjson.loads(result.facts["config"])["time_zone"]
    return daily_profits(result.bets, time_zone=time_zone)


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
    units = (profits / np.where(sizes > 0, sizes, 1)).T
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


def _present(row: Record) -> Record:
    return {name: value for name, value in row.items() if value is not None}


def _attempt(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["config_hash"], row["strategy_hash"], row["data_hash"]


def _standard_moment(values: Floats, order: int) -> float:
    deviations = values - values.mean()
    return float(((deviations / values.std()) ** order).mean())
