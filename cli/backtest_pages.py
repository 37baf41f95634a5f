"""Backtests in a terminal, and as `--json` has them.

A yield never stands without its interval, or a dash where bets or days are too few for one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from rich.console import RenderableType
from rich.text import Text

from cli import display

if TYPE_CHECKING:
    from analysis.backtest.canary import Verdict
    from analysis.backtest.result import BacktestResult
    from analysis.backtest.trace import Trace

NOTHING = "\N{EN DASH}"


def run_data(result: "BacktestResult", standing: Mapping[str, Any]) -> dict[str, Any]:
    """The run for programs: facts, measures, and how it stands among all trials."""
    facts = dict(result.facts)
    measures = orjson.loads(facts.pop("metrics"))
    config = orjson.loads(facts.pop("config"))
    parameters = orjson.loads(facts.pop("parameters"))
    return facts | {
        "parameters": parameters,
        "config": config,
        "metrics": measures,
        **standing,
    }


def run_page(
    result: "BacktestResult", standing: Mapping[str, Any], *, report: Path | None
) -> list[RenderableType]:
    """One run for people: what it is, what it earned, and what that is worth."""
    facts = result.facts
    measures = orjson.loads(facts["metrics"])
    executed, paper, counts = measures["executed"], measures["paper"], measures["counts"]
    page: list[RenderableType] = [
        Text(f"Backtest {facts['run_id']}  {_title(facts)}", style="bold"),
        display.fact_table(
            "What was looked at",
            [
                ("decisions", f"{_day(facts['decided_from'])} to {_day(facts['decided_to'])}"),
                ("sports", ", ".join(orjson.loads(facts["config"])["view"]["sports"])),
                ("clock", f"as {facts['clock']}"),
                ("events", f"{counts['events_decided']:,} with {counts['offers']:,} offers"),
                (
                    "bets",
                    f"{counts['bets_wanted']:,} wanted, {counts['bets_filled']:,} could be had, "
                    f"{executed['bets']:,} staked ({executed['pending']:,} pending, "
                    f"{executed['void']:,} void)",
                ),
            ],
        ),
    ]
    money = display.table(
        "What it earned", "", "could be had", "on paper", numbers=("could be had", "on paper")
    )
    for label, text in _MONEY_ROWS:
        money.add_row(label, text(executed), text(paper))
    money.add_row(
        "yield, 95 % interval",
        _interval(facts["yield_low"], facts["yield_high"]),
        _interval(paper["yield_low"], paper["yield_high"]),
    )
    page.append(money)
    page.append(display.fact_table("How much of it is luck", _luck(facts, executed, standing)))
    if report is not None:
        page.append(Text(f"Report: {report}"))
    return page


def list_page(rows: Sequence[Mapping[str, Any]]) -> list[RenderableType]:
    """Runs, one a line."""
    if not rows:
        return [Text("No backtests yet: `odds backtest run flat --stake flat` makes one.")]
    numbers = ("bets", "yield", "95 % interval", "p", "CLV")
    grid = display.table(
        "Backtests", "run", "name", "strategy", display.zoned("run at"), *numbers, numbers=numbers
    )
    for row in rows:
        grid.add_row(
            row["run_id"],
            row["name"] or "",
            row["strategy"],
            display.when(row["started_at"]),
            f"{row['bets']:,}",
            _percent(row["yield"]),
            _interval(row["yield_low"], row["yield_high"]),
            _probability(row["p_value"]),
            _percent(row["clv_mean"]),
        )
    return [grid]


def comparison_page(
    both: Sequence[tuple["BacktestResult", Mapping[str, Any]]], *, report: Path | None
) -> list[RenderableType]:
    """Runs side by side."""
    columns = [result.facts["run_id"] for result, _ in both]
    grid = display.table("Comparison", "", *columns, numbers=columns)
    rows: list[tuple[str, Any]] = [
        ("strategy", lambda facts, _: _title(facts)),
        ("bets", lambda facts, _: f"{facts['bets']:,}"),
        ("turnover", lambda facts, _: _money(facts["turnover"])),
        ("yield", lambda facts, _: _percent(facts["yield"])),
        ("95 % interval", lambda facts, _: _interval(facts["yield_low"], facts["yield_high"])),
        ("p", lambda facts, _: _probability(facts["p_value"])),
        ("p for all trials", lambda _, standing: _probability(standing["p_value_adjusted"])),
        ("CLV", lambda facts, _: _percent(facts["clv_mean"])),
        ("CLV, 95 %", lambda facts, _: _interval(facts["clv_low"], facts["clv_high"])),
        ("worst drawdown", lambda facts, _: _percent(facts["max_drawdown"])),
        ("skill after all trials", lambda _, standing: _probability(standing["deflated_sharpe"])),
    ]
    for label, text in rows:
        grid.add_row(label, *(text(result.facts, standing) for result, standing in both))
    page: list[RenderableType] = [grid]
    if report is not None:
        page.append(Text(f"Report: {report}"))
    return page


def canary_page(verdict: "Verdict") -> list[RenderableType]:
    """What the canary found, a change a line."""
    tried = f"{verdict.choices:,} of {verdict.offers:,} offers chosen, {verdict.changes} changes"
    if not verdict.choices and not verdict.leaks:
        return [Text(f"{verdict.strategy} chose nothing, which says nothing ({tried}).")]
    if not verdict.leaks:
        line = Text(f"{verdict.strategy} chooses alike whatever comes after ({tried}).")
        return [line]
    grid = display.table(
        f"{verdict.strategy} knows what it cannot know", "change", "after", "games"
    )
    for leak in verdict.leaks:
        after = "" if leak.moment is None else display.when(leak.moment)
        grid.add_row(leak.change, after, ", ".join(leak.events))
    return [grid, Text(tried)]


def strategies_page(rows: Sequence[Mapping[str, Any]]) -> list[RenderableType]:
    """Strategies with their parameters."""
    grid = display.table("Strategies", "name", "what it does", "parameters")
    for row in rows:
        parameters = "\n".join(f"{name}={value}" for name, value in row["parameters"].items())
        grid.add_row(row["name"], row["summary"], parameters)
    return [grid]


def export_page(data: Mapping[str, Any]) -> list[RenderableType]:
    """What was written where."""
    return [Text(f"{data['bets']:,} bets of run {data['run_id']} written to {data['path']}")]


def trace_page(chain: "Trace") -> list[RenderableType]:
    """The chain of one bet, a link a table."""
    links = [
        ("bet", chain.bet, [name for name in _BET_LINK if name in chain.bet]),
        ("quote, as last shown before the decision", chain.quote, _QUOTE_LINK),
        ("change that set the price", chain.change, _CHANGE_LINK),
        ("response", chain.response, _RESPONSE_LINK),
        ("bytes", chain.bytes, _BYTES_LINK),
    ]
    page: list[RenderableType] = []
    for title, link, names in links:
        facts = [("", "missing")] if link is None else [(name, _text(link[name])) for name in names]
        page.append(display.fact_table(title, facts))
    verdict = "The chain holds." if chain.is_whole else "The chain is broken: see above."
    page.append(Text(verdict, style="green" if chain.is_whole else "bold red"))
    return page


_BET_LINK = (
    "bet_id",
    "home_team",
    "away_team",
    "market_key",
    "outcome_name",
    "point",
    "bookmaker_key",
    "american_price",
    "decided_at",
    "fill_status",
    "stake",
    "settlement",
    "pending_reason",
    "profit",
)
_QUOTE_LINK = ("captured_at", "point", "american_price", "fetch_tier", "response_id")
_CHANGE_LINK = ("valid_from", "valid_to", "point", "american_price", "response_id")
_RESPONSE_LINK = ("response_id", "endpoint", "params", "captured_at", "status_code", "origin")
_BYTES_LINK = ("length", "shown_prices", "stored_sha256", "recomputed_sha256", "is_intact")


def _luck(
    facts: Mapping[str, Any], executed: Mapping[str, Any], standing: Mapping[str, Any]
) -> list[tuple[str, object]]:
    return [
        ("CLV", f"{_percent(facts['clv_mean'])} {_interval(facts['clv_low'], facts['clv_high'])}"),
        ("beat the close", _share(executed["beat_close_rate"])),
        ("p, of such a yield by chance", _probability(facts["p_value"])),
        ("p, were the closes fair", _probability(facts["p_value_fair"])),
        ("trials so far", f"{standing['trials']:,}"),
        ("p for all trials", _probability(standing["p_value_adjusted"])),
        ("chance that it is skill, after all trials", _probability(standing["deflated_sharpe"])),
    ]


def _title(facts: Mapping[str, Any]) -> str:
    config = orjson.loads(facts["config"])
    name = f"{facts['name']}: " if facts["name"] else ""
    return f"{name}{facts['strategy']} at {config['view']['moment']['text']}"


def _day(moment: datetime | str | None) -> str:
    if moment is None:
        return NOTHING
    return (datetime.fromisoformat(moment) if isinstance(moment, str) else moment).strftime(
        "%Y-%m-%d"
    )


def _money(amount: float | None) -> str:
    return NOTHING if amount is None else f"{amount:,.2f}"


def _percent(share: float | None) -> str:
    return NOTHING if share is None else f"{100 * share:+.2f} %"


def _share(share: float | None) -> str:
    return NOTHING if share is None else f"{100 * share:.1f} %"


def _interval(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return NOTHING
    return f"[{100 * low:+.2f}, {100 * high:+.2f}] %"


def _probability(probability: float | None) -> str:
    return NOTHING if probability is None else f"{probability:.3f}"


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return display.moment_text(value)
    return "" if value is None else str(value)


_MONEY_ROWS: Sequence[tuple[str, Any]] = (
    ("staked bets", lambda book: f"{book['bets']:,}"),
    ("turnover", lambda book: _money(book["turnover"])),
    ("profit", lambda book: _money(book["profit"])),
    ("growth of the bankroll", lambda book: _percent(book["bankroll_growth"])),
    ("worst drawdown", lambda book: _percent(book["max_drawdown"])),
    ("yield", lambda book: _percent(book["yield_"])),
)
