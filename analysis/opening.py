"""Opens the warehouse that the settings name, or says in one line why it cannot be read.

The one place where reading meets the settings of the project.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from analysis.builds import build_under_way
from analysis.warehouse import Warehouse, open_duckdb, open_postgres
from ingestion.errors import OddsError, UsageError
from ingestion.failures import explained
from ingestion.settings import Settings, Target, load_settings, moment_given

FILL = "`odds demo`, `odds replay PATH` or `odds fetch odds`"


def settings_of(where: str | os.PathLike[str] | None) -> Settings:
    """The settings with the warehouse that somebody names: a target or a DuckDB file.

    Raises:
        UsageError: there is no such file, or a setting is wrong.
    """
    if where is None or where in get_args(Target):
        return load_settings(odds_target=where)
    path = Path(where).expanduser().absolute()
    if not path.is_file():
        targets = " nor ".join(get_args(Target))
        raise UsageError(f"{os.fspath(where)!r} is neither {targets}, and there is no file {path}")
    return load_settings(odds_target="duckdb", odds_duckdb_path=path)


def moment_of(at: str | datetime | None) -> datetime | None:
    """A moment as somebody gives it, in UTC.

    Raises:
        UsageError: it is no time, or has no zone.
    """
    return moment_given("at", at.isoformat() if isinstance(at, datetime) else at)


@contextmanager
def reading(settings: Settings, *relations: str) -> Iterator[Warehouse]:
    """Open the warehouse; `relations` are the tables and views the caller will query.

    Raises:
        OddsError: there is nothing to read; the message says what to run first.
    """
    with explained(settings), _open(settings) as warehouse:
        require(warehouse, relations, place=place(settings))
        yield warehouse


def require(warehouse: Warehouse, relations: Sequence[str], *, place: str) -> None:
    """Make sure that these are there.

    Raises:
        OddsError: one is not; the message says what to run first.
    """
    existing = warehouse.relations()
    missing = [name for name in relations if name not in existing]
    if not missing:
        return
    if "raw.api_responses" in existing:
        raise OddsError(f"{place} has no {missing[0]} yet: {what_to_do(warehouse)}")
    if "marts.fct_best_prices" in existing:
        raise OddsError(
            f"{place} is a published copy without {missing[0]}: ask the warehouse it is made from"
        )
    raise OddsError(f"{place} is empty: run {FILL} first")


def place(settings: Settings) -> str:
    """The warehouse, as a person would name it."""
    if settings.odds_target == "duckdb":
        return str(settings.odds_duckdb_path)
    return f"database {settings.pgdatabase} at {settings.pghost}:{settings.pgport}"


def file_of(settings: Settings) -> Path | None:
    """The file of the warehouse; null where a server has it."""
    return settings.odds_duckdb_path if settings.odds_target == "duckdb" else None


def what_to_do(warehouse: Warehouse) -> str:
    """What mends a warehouse that is not built, or not lately: to build, unless somebody does."""
    build = build_under_way(warehouse)
    if build is None:
        return "run `dbt build`"
    since = f"{build['started_at'].astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return f"a build is under way since {since} ({build['holder']}), look again after it"


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
