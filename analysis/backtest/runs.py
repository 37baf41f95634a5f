"""One backtest from setup to result: bets, measures, intervals, and how many were tried before."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

import orjson
import pandas as pd

from analysis.backtest import engine, luck
from analysis.backtest.book import counted, floats
from analysis.backtest.engine import Setup, bets_of, offers_for
from analysis.backtest.fingerprints import canonical, code_version, data_hash, digest
from analysis.backtest.metrics import measure
from analysis.backtest.ratios import Floats
from analysis.backtest.result import BacktestResult, typed
from analysis.warehouse import Record, Warehouse

RELATIONS = (*engine.RELATIONS, "marts.fct_backtest_runs")
ID_LENGTH = 16
Progress = Callable[[str], None]


def run_backtest(
    warehouse: Warehouse,
    setup: Setup,
    *,
    name: str | None,
    started_at: datetime,
    on_step: Progress = lambda _: None,
) -> BacktestResult:
    """Run a backtest; nothing is written.

    Args:
        warehouse: where the marts are.
        setup: everything the result follows from, but for the data.
        name: a label for people.
        started_at: when the run was asked for.
        on_step: is told what is being done.

    Raises:
        StrategyError: the strategy returned what is no choice of offers.
        LookAheadError: its choices depend on what was not known yet.
        ValueError: the setup makes no sense.
    """
    on_step("reading offers")
    offers = offers_for(warehouse, setup)
    bets = bets_of(warehouse, setup, offers, on_step=on_step)
    on_step("measuring")
    config = canonical(setup)
    # what was looked from is data: later results make another run of the same setup
    as_of = config["view"].pop("as_of")
    hashes = {
        "config_hash": digest(config),
        "data_hash": data_hash(offers, bets),
        "code_version": code_version(),
    }
    run_id = digest(hashes)[:ID_LENGTH]
    bets.insert(0, "run_id", run_id)
    bets.insert(0, "bet_id", [digest([run_id, number])[:32] for number in bets["bet_number"]])
    bets = typed(bets)
    facts = {
        "run_id": run_id,
        "name": name,
        "strategy": setup.strategy.name,
        "parameters": orjson.dumps(config["strategy"]).decode(),
        "config": orjson.dumps(config).decode(),
        **hashes,
        "clock": setup.view.clock,
        "as_of": as_of,
        **_span(offers),
        **_measures(bets, setup, offers),
        "started_at": started_at.isoformat(),
    }
    return BacktestResult(facts=facts, bets=bets)


def trials(warehouse: Warehouse) -> list[Record]:
    """One row per setup ever tried, the last run of each: the ledger that luck is judged by."""
    return warehouse.rows(
        """
        with

        ranked as (

            select
                run_id,
                config_hash,
                strategy,
                sharpe_per_bet,
                p_value,
                row_number() over (
                    partition by config_hash
                    order by started_at desc, run_id collate "C"
                ) as recency_rank
            from marts.fct_backtest_runs

        )

        select
            run_id,
            config_hash,
            strategy,
            sharpe_per_bet,
            p_value
        from ranked
        where recency_rank = 1
        order by run_id
        """
    )


def deflated(facts: Any, tried: Sequence[Record]) -> dict[str, Any]:
    """How a run stands among all that were tried: their number and what is left of its Sharpe.

    Args:
        facts: a run's facts.
        tried: the ledger, with or without this run.
    """
    others = [row for row in tried if row["config_hash"] != facts["config_hash"]]
    ratios = [row["sharpe_per_bet"] for row in others if row["sharpe_per_bet"] is not None]
    sharpe = facts["sharpe_per_bet"]
    probability = None
    observations = facts["bets"] - facts["pending"]
    if sharpe is not None and facts["skewness"] is not None and observations > 1:
        probability = luck.deflated_sharpe(
            sharpe,
            trials=[*ratios, sharpe],
            observations=observations,
            skewness=facts["skewness"],
            kurtosis=facts["kurtosis"],
        )
    p_values = [row["p_value"] for row in others if row["p_value"] is not None]
    adjusted = None
    if facts["p_value"] is not None:
        adjusted = luck.benjamini_hochberg([*p_values, facts["p_value"]])[-1]
    return {
        "trials": len(others) + 1,
        "deflated_sharpe": probability,
        "p_value_adjusted": adjusted,
    }


def _span(offers: pd.DataFrame) -> dict[str, Any]:
    if offers.empty:
        return {"decided_from": None, "decided_to": None}
    decided_at = offers["decided_at"]
    return {
        "decided_from": decided_at.min().isoformat(),
        "decided_to": decided_at.max().isoformat(),
    }


def _measures(bets: pd.DataFrame, setup: Setup, offers: pd.DataFrame) -> dict[str, Any]:
    measured = partial(
        measure, bets, initial_bankroll=setup.initial_bankroll, time_zone=setup.time_zone
    )
    executed, paper = measured(), measured(stake="paper_stake", profit="paper_profit")
    earned = luck.yield_interval(bets, time_zone=setup.time_zone)
    earned_on_paper = luck.yield_interval(
        bets, stake="paper_stake", profit="paper_profit", time_zone=setup.time_zone
    )
    closing_value = luck.mean_interval(bets, time_zone=setup.time_zone)
    returns = _returns(bets)
    # who was looked at and is not among the bets is told, or the rest would be survivors
    counts = {
        "events_decided": int(offers["event_id"].nunique()),
        "offers": len(offers),
        "bets_wanted": len(bets),
        "bets_filled": int((bets["fill_status"] == "filled").sum()),
        "bets_without_a_close": int(bets["clv_missing_reason"].notna().sum()),
    }
    measures = {
        "executed": asdict(executed),
        "paper": asdict(paper)
        | {
            "yield_low": earned_on_paper.low,
            "yield_high": earned_on_paper.high,
            "p_value": luck.p_value_by_day(
                bets, stake="paper_stake", profit="paper_profit", time_zone=setup.time_zone
            ),
        },
        "counts": counts,
    }
    return {
        "bets": executed.bets,
        "pending": executed.pending,
        "turnover": executed.turnover,
        "profit": executed.profit,
        "yield": executed.yield_,
        "yield_low": earned.low,
        "yield_high": earned.high,
        "p_value": luck.p_value_by_day(bets, time_zone=setup.time_zone),
        "p_value_fair": luck.p_value_fair(bets),
        "clv_mean": executed.clv_mean,
        "clv_low": closing_value.low,
        "clv_high": closing_value.high,
        # of a handful of bets it would rule the ledger
        "sharpe_per_bet": executed.sharpe_per_bet if len(returns) >= luck.LEAST_BETS else None,
        "skewness": _standard_moment(returns, 3),
        "kurtosis": _standard_moment(returns, 4),
        "max_drawdown": executed.max_drawdown,
        "initial_bankroll": setup.initial_bankroll,
        "final_bankroll": setup.initial_bankroll + executed.profit,
        "paper_yield": paper.yield_,
        "metrics": orjson.dumps(measures).decode(),
    }


def _returns(bets: pd.DataFrame) -> Floats:
    settled = counted(bets, stake="stake", profit="profit")
    return floats(settled["profit"]) / floats(settled["stake"])


def _standard_moment(returns: Floats, order: int) -> float | None:
    """Skewness (3) or kurtosis (4, which is 3 for normal returns); None without any spread."""
    spread = returns.std() if len(returns) > 1 else 0.0
    return float((((returns - returns.mean()) / spread) ** order).mean()) if spread > 0 else None
