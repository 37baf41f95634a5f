"""A run that was kept, as its page tells it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from analysis.backtest.book import TIME_ZONE
from analysis.backtest.breakdowns import BREAKDOWNS, breakdown
from analysis.backtest.daily import daily
from analysis.backtest.luck import equity_band
from analysis.backtest.result import BacktestResult
from analysis.reports import formats
from analysis.reports.backtest_page import RunReport, yield_note

FEW_BETS = 100


def run_report(result: BacktestResult, standing: Mapping[str, Any]) -> RunReport:
    """Everything the page of a run shows.

    Args:
        result: the run.
        standing: how it stands among all trials, of `trials.standing`.
    """
    facts, bets = result.facts, result.bets
    measures = orjson.loads(facts["metrics"])
    config = orjson.loads(facts["config"])
    time_zone = config.get("time_zone", TIME_ZONE)
    initial = facts["initial_bankroll"]
    band = equity_band(bets, time_zone=time_zone)
    band[["low", "middle", "high"]] += initial
    return RunReport(
        title=facts["name"] or f"{facts['strategy']} at {config['view']['moment']['text']}",
        facts=_facts(facts, config, measures, standing),
        warnings=warnings_of(result),
        headline=_headline(facts, measures["executed"], standing),
        paper=_paper(measures["paper"], standing),
        bets=bets,
        daily=daily(bets, initial_bankroll=initial, time_zone=time_zone),
        band=band,
        breakdowns={by: breakdown(bets, by, time_zone=time_zone) for by in BREAKDOWNS},
    )


def warnings_of(result: BacktestResult) -> list[str]:
    """What a reader must know before believing a number."""
    facts = result.facts
    settled = facts["bets"] - facts["pending"]
    warnings = []
    if facts["bets"] == 0:
        warnings.append("no bet was placed: see how many were wanted and could be had")
    elif settled < FEW_BETS:
        counted = formats.counted(settled, "settled bet")
        warnings.append(f"{counted}: next to nothing about a yield; look at the closing-line value")
    released = orjson.loads(facts["metrics"])["counts"].get("stakes_released", 0)
    if released:
        stakes = formats.counted(released, "bet")
        warnings.append(f"{stakes} pending for weeks: no result came, and the stakes were freed")
    is_judged = facts["yield_low"] is not None and facts["clv_high"] is not None
    if is_judged and facts["yield_low"] > 0 > facts["clv_high"]:
        warnings.append(
            "the bets win though the closes say they were bad ones: most likely the strategy "
            "knows the future; `odds backtest canary` tries that out"
        )
    if facts["bets"] and facts["p_value_fair"] is None:
        warnings.append("too few bets have a fair close to judge the yield by it")
    return warnings


def _facts(
    facts: Mapping[str, Any],
    config: Mapping[str, Any],
    measures: Mapping[str, Any],
    standing: Mapping[str, Any],
) -> list[tuple[str, str]]:
    view, sizing, counts = config["view"], config["sizing"], measures["counts"]
    parameters = {name: value for name, value in config["strategy"].items() if name != "name"}
    return [
        ("Run", facts["run_id"]),
        ("Strategy", facts["strategy"]),
        ("Parameters", ", ".join(f"{name}={value}" for name, value in parameters.items())),
        ("Decided", view["moment"]["text"]),
        ("From", _time(facts["decided_from"])),
        ("To", _time(facts["decided_to"])),
        ("Clock", f"as {facts['clock']}"),
        ("Sports", ", ".join(view["sports"])),
        ("Markets", ", ".join(view["markets"])),
        ("Stakes", sizing["method"]),
        ("Bankroll", formats.money(facts["initial_bankroll"])),
        ("Events with offers", formats.count(counts["events_decided"])),
        ("Bets wanted", formats.count(counts["bets_wanted"])),
        ("Bets that could be had", formats.count(counts["bets_filled"])),
        ("Bets without a close", formats.count(counts["bets_without_a_close"])),
        ("Trials so far", formats.count(standing["trials"])),
        ("Looked from", _time(facts["as_of"])),
        ("Setup", facts["config_hash"]),
        ("Data", facts["data_hash"]),
        ("Code", facts["code_version"] or formats.MISSING),
    ]


def _headline(
    facts: Mapping[str, Any], executed: Mapping[str, Any], standing: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    closing_value = (
        f"expected profit a unit staked, were the closes fair; "
        f"{formats.interval(facts['clv_low'], facts['clv_high'])}"
    )
    note = yield_note(
        low=facts["yield_low"],
        high=facts["yield_high"],
        bets=facts["bets"],
        p_value=facts["p_value"],
        trials=standing["trials"],
    )
    return [
        ("Yield", formats.percent(facts["yield"]), note),
        ("Profit", formats.money(facts["profit"]), f"turnover {formats.money(facts['turnover'])}"),
        ("Closing-line value", formats.percent(facts["clv_mean"]), closing_value),
        (
            "Beat the close",
            formats.percent(executed["beat_close_rate"]),
            "bets at a better price than the close's fair one; ties count half",
        ),
        (
            "Worst drawdown",
            formats.percent(facts["max_drawdown"]),
            f"{formats.count(executed['max_drawdown_days'])} days at most below a peak",
        ),
        (
            "p, all trials",
            formats.price(standing["p_value_adjusted"]),
            f"chance that the best of {formats.counted(standing['trials'], 'trial')} "
            "does as well by luck",
        ),
        (
            "p, fair closes",
            formats.price(facts["p_value_fair"]),
            "chance of such a profit, games drawn as the closes say",
        ),
        (
            "Chance of skill",
            formats.price(standing["deflated_sharpe"]),
            "of being better than the best that luck makes of all trials "
            "(deflated Sharpe ratio of days)",
        ),
    ]


def _paper(paper: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    note = yield_note(
        low=paper["yield_low"],
        high=paper["yield_high"],
        bets=paper["bets"],
        p_value=paper["p_value"],
        trials=standing["trials"],
    )
    return {
        "Yield": (formats.percent(paper["yield_"]), note),
        "Profit": (
            formats.money(paper["profit"]),
            f"turnover {formats.money(paper['turnover'])}",
        ),
        "Worst drawdown": (formats.percent(paper["max_drawdown"]), ""),
    }


def _time(value: datetime | str | None) -> str:
    return formats.moment(value)
