"""Opens the warehouse for reading, or says in one line why it cannot be read."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

from analysis import freshness
from analysis.builds import build_under_way
from analysis.warehouse import Warehouse, open_duckdb, open_postgres
from cli import display
from cli.display import age
from cli.session import Session
from ingestion.errors import OddsError
from ingestion.failures import explained
from ingestion.settings import Settings

FILL = "`odds demo`, `odds replay PATH` or `odds fetch odds`"
OLD_BUILD = timedelta(hours=1)
# a collector makes them once a day
OLD_REPORTS = timedelta(hours=36)


@contextmanager
def reading(settings: Settings, *relations: str) -> Iterator[Warehouse]:
    """Open the warehouse; `relations` are the tables and views the caller will query.

    Raises:
        OddsError: there is nothing to read; the message says what to run first.
    """
    with explained(settings), _open(settings) as warehouse:
        existing = warehouse.relations()
        if missing := [name for name in relations if name not in existing]:
            if "raw.api_responses" not in existing:
                raise OddsError(f"{place(settings)} is empty: run {FILL} first")
            raise OddsError(f"{place(settings)} has no {missing[0]} yet: {what_to_do(warehouse)}")
        yield warehouse


def place(settings: Settings) -> str:
    """The warehouse, as a person would name it."""
    if settings.odds_target == "duckdb":
        return str(settings.odds_duckdb_path)
    return f"database {settings.pgdatabase} at {settings.pghost}:{settings.pgport}"


def what_to_do(warehouse: Warehouse) -> str:
    """What mends a warehouse that is not built, or not lately: to build, unless somebody does."""
    build = build_under_way(warehouse)
    if build is None:
        return "run `dbt build`"
    since = display.moment_text(build["started_at"])
    return f"a build is under way since {since} ({build['holder']}), look again after it"


def warn_of_an_old_build(session: Session, warehouse: Warehouse) -> None:
    """Warn if the models were built long before the moment that is looked from."""
    clock = warehouse.clock()
    if clock is not None and session.looks_from - clock.known_until > OLD_BUILD:
        minutes = (session.looks_from - clock.known_until) / timedelta(minutes=1)
        session.warn(f"the last build is {age(minutes)} old: {what_to_do(warehouse)}")


def warn_of_news(session: Session, warehouse: Warehouse, *relations: str) -> None:
    """Warn if these relations do not know the odds that have landed, or reports are days old."""
    is_told = {*freshness.RELATIONS} <= warehouse.relations()
    reports_until = session.looks_from - OLD_REPORTS
    if is_told and freshness.tables_behind(warehouse, relations, reports_until=reports_until):
        todo = what_to_do(warehouse)
        session.warn(f"what landed since the last build is not in here: {todo}")


def warn_of_another_moment(session: Session, warehouse: Warehouse) -> None:
    """Warn if `--as-of` wants another moment than that from which the last build counted."""
    clock = warehouse.clock()
    if session.as_of is not None and clock is not None and session.as_of != clock.asked:
        counted = "now" if clock.asked is None else display.moment_text(clock.asked)
        session.warn(
            f"counts look from {counted}, as the last build did, not from the moment asked for: "
            f"{what_to_do(warehouse)}"
        )


def _open(settings: Settings) -> AbstractContextManager[Warehouse]:
    if settings.odds_target == "duckdb":
        if not settings.odds_duckdb_path.exists():
            raise OddsError(f"there is no {settings.odds_duckdb_path}: run {FILL} first")
        return open_duckdb(settings.odds_duckdb_path)
    return open_postgres(
        host=settings.pghost,
        port=settings.pgport,
        user=settings.pguser,
        password=settings.pgpassword.get_secret_value(),
        database=settings.pgdatabase,
    )
