"""Runs that were kept: every one of them is a trial, the bad ones too."""

from collections.abc import Sequence

from analysis.backtest.result import BacktestResult, typed
from analysis.frames import frame
from analysis.warehouse import Record, Warehouse

RELATIONS = (
    "marts.fct_backtest_runs",
    "marts.fct_backtest_bets",
    "marts.fct_backtest_trials",
)


LONGEST_NUMBER = 9


def runs(warehouse: Warehouse, *, limit: int | None = None) -> list[Record]:
    """One row per run, the latest first."""
    rows = warehouse.rows(
        """
        select *
        from marts.fct_backtest_runs
        order by started_at desc, run_id collate "C"
        """
    )
    return rows[:limit]


def run_ids_like(warehouse: Warehouse, text: str) -> list[str]:
    """The ids of runs that begin with a text or are named by it."""
    rows = warehouse.rows(
        """
        select run_id
        from marts.fct_backtest_runs
        where substring(run_id, 1, cast(? as integer)) = ? or name = ?
        order by started_at desc, run_id collate "C"
        """,
        [len(text), text, text],
    )
    return [row["run_id"] for row in rows]


def kept_result(warehouse: Warehouse, run_id: str) -> BacktestResult:
    """A run as it was kept."""
    (facts,) = warehouse.rows("select * from marts.fct_backtest_runs where run_id = ?", [run_id])
    bets = frame(
        warehouse,
        "select * from marts.fct_backtest_bets where run_id = ? order by bet_number",
        [run_id],
    )
    return BacktestResult(facts=facts, bets=typed(bets.drop(columns="landed_at")))


def bets_like(warehouse: Warehouse, text: str) -> Sequence[Record]:
    """Bets whose id begins with a text, or that are named by it as RUN/NUMBER."""
    # the name of a run may hold a stroke
    run, _, number = text.rpartition("/")
    if number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER:
        return [
            bet
            for run_id in run_ids_like(warehouse, run)
            for bet in warehouse.rows(
                "select * from marts.fct_backtest_bets where run_id = ? and bet_number = ?",
                [run_id, int(number)],
            )
        ]
    return warehouse.rows(
        "select * from marts.fct_backtest_bets where substring(bet_id, 1, cast(? as integer)) = ?",
        [len(text), text],
    )
