"""One backtest from setup to result: bets, measures, intervals."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

import orjson
import pandas as pd

from analysis.backtest import engine, ledger, luck, trials
from analysis.backtest.bankroll import RELEASED_AFTER
from analysis.backtest.engine import Setup, bets_of, offers_for
from analysis.backtest.fingerprints import (
    canonical,
    code_version,
    data_hash,
    digest,
    results_hash,
    strategy_hash,
)
from analysis.backtest.metrics import measure
from analysis.backtest.result import BacktestResult, typed
from analysis.warehouse import Warehouse

ID_LENGTH = 16
Progress = Callable[[str], None]


def relations_of(setup: Setup) -> tuple[str, ...]:
    """What a run of the setup reads, the runs before it among it."""
    return (*engine.relations_of(setup.strategy), *ledger.RELATIONS)


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
    # as it is before the strategy can keep anything in it
    config = canonical(setup)
    # what was looked from is data: later results make another run of the same setup
    as_of = config["view"].pop("as_of")
    on_step("reading offers")
    offers = offers_for(warehouse, setup)
    bets = bets_of(warehouse, setup, offers, on_step=on_step)
    on_step("measuring")
    hashes = {
        "config_hash": digest(config),
        "data_hash": data_hash(offers, bets),
        "code_version": code_version(),
        "strategy_hash": strategy_hash(setup.strategy),
    }
    # one id, one set of numbers: what score curves and closes made of the bets is in it, too
    run_id = digest({**hashes, "results": results_hash(bets)})[:ID_LENGTH]
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
    # who was looked at and is not among the bets is told, or the rest would be survivors
    counts = {
        "events_decided": int(offers["event_id"].nunique()),
        "offers": len(offers),
        "bets_wanted": len(bets),
        "bets_filled": int((bets["fill_status"] == "filled").sum()),
        "bets_without_a_close": int(bets["clv_missing_reason"].notna().sum()),
        "stakes_released": int(_released(bets, as_of=setup.view.as_of).sum()),
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
        **trials.daily_measures(trials.daily_profits(bets, time_zone=setup.time_zone)),
        "max_drawdown": executed.max_drawdown,
        "initial_bankroll": setup.initial_bankroll,
        "final_bankroll": setup.initial_bankroll + executed.profit,
        "paper_yield": paper.yield_,
        "metrics": orjson.dumps(measures).decode(),
    }


def _released(bets: pd.DataFrame, *, as_of: datetime) -> pd.Series:
    """Which bets are pending for so long that their stake was freed."""
    is_open = (bets["stake"] > 0) & bets["settlement"].isna()
    return is_open & (bets["decided_at"] <= pd.Timestamp(as_of) - RELEASED_AFTER)
