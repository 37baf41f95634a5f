"""The backtests that were kept, each with its own page."""

from collections.abc import Sequence
from typing import Final

from analysis.site.pages import Page
from analysis.site.tables import Column, DataTable
from analysis.site.view import View
from analysis.warehouse import Record

RELATIONS: Final = ("marts.fct_backtest_runs",)


def address(run_id: str) -> str:
    """Where the page of a run lies, from the root of the site."""
    return f"backtests/{run_id}.html"


def page(view: View, runs: Sequence[Record]) -> Page:
    """All runs that were kept, the newest first."""
    rows = [{**run, "page": address(run["run_id"])} for run in runs]
    return Page(
        title="Backtests",
        tables=[
            DataTable(
                id="runs",
                title="Runs",
                mart="marts.fct_backtest_runs",
                columns=[
                    Column("run_id", "Run", link="page"),
                    Column("name", "Name"),
                    Column("strategy", "Strategy"),
                    Column("started_at", "Run at", "moment"),
                    Column("bets", "Bets", "count"),
                    Column("pending", "Pending", "count"),
                    Column("turnover", "Turnover", "money"),
                    Column("profit", "Profit", "money"),
                    Column("yield", "Yield", "signed percent"),
                    Column("yield_low", "Low, 95 %", "signed percent"),
                    Column("yield_high", "High, 95 %", "signed percent"),
                    Column("clv_mean", "CLV", "signed percent"),
                    Column("p_value", "p", "price"),
                    Column("max_drawdown", "Drawdown", "fine percent"),
                ],
                rows=rows,
                absent="No backtest was kept yet: `odds backtest run` makes one.",
                as_of=view.as_of,
                note="A yield without its interval says nothing; few bets say little.",
                filters=("strategy",),
            )
        ],
    )
