"""Runs backtests on a warehouse of a test."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from analysis.backtest.decision_view import DecisionView
from analysis.backtest.engine import Setup
from analysis.backtest.fills import FillModel
from analysis.backtest.moments import parse_moment
from analysis.backtest.result import BacktestResult
from analysis.backtest.runs import run_backtest
from analysis.backtest.sizing import Sizing
from analysis.backtest.strategy import make_strategy
from analysis.warehouse import Warehouse, open_duckdb, open_postgres
from ingestion.settings import Settings

STAKE = 100.0
# so much that no cap touches a stake
BANKROLL = 10_000_000.0
STARTED_AT = datetime(2026, 11, 21, tzinfo=UTC)
TIME_ZONE = "America/New_York"
MARKETS = ("h2h", "spreads", "totals")


@contextmanager
def opened(settings: Settings) -> Iterator[Warehouse]:
    if settings.odds_target == "duckdb":
        with open_duckdb(settings.odds_duckdb_path) as warehouse:
            yield warehouse
        return
    with open_postgres(
        host=settings.pghost,
        port=settings.pgport,
        user=settings.pguser,
        password=settings.pgpassword.get_secret_value(),
        database=settings.pgdatabase,
    ) as warehouse:
        yield warehouse


def run(
    warehouse: Warehouse,
    strategy: str,
    moment: str,
    parameters: Mapping[str, str],
    *,
    sports: Sequence[str],
    as_of: datetime,
    markets: Sequence[str] = MARKETS,
    books: Sequence[str] = (),
    sizing: Sizing | None = None,
    bankroll: float = BANKROLL,
) -> BacktestResult:
    """One backtest with flat stakes, unless another sizing is given."""
    setup = Setup(
        strategy=make_strategy(strategy, parameters),
        view=DecisionView(
            moment=parse_moment(moment),
            sports=tuple(sports),
            markets=tuple(markets),
            clock="published",
            as_of=as_of,
        ),
        sizing=sizing or Sizing(method="flat", amount=STAKE),
        fill_model=FillModel(),
        initial_bankroll=bankroll,
        time_zone=TIME_ZONE,
        books=tuple(books),
    )
    return run_backtest(warehouse, setup, name=None, started_at=STARTED_AT)
