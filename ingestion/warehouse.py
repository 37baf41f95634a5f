"""Connections to the warehouse: the DuckDB file or the Postgres server of the settings."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg2

from ingestion.errors import OddsError
from ingestion.failures import explained
from ingestion.settings import Settings, Target

CONNECT_TIMEOUT_SECONDS = 10
# DuckDB lets in one process at a time, most of them for a moment
FILE_PATIENCE_SECONDS = 3.0
SNAPSHOT_PATIENCE_SECONDS = 60.0
Row = tuple[Any, ...]

_RELATIONS: dict[Target, str] = {
    "duckdb": "select table_name from information_schema.tables where table_schema = ?",
    "postgres": "select relname from pg_class where relnamespace = to_regnamespace(?)",
}
_COLUMNS = """
select column_name from information_schema.columns where table_schema = ? and table_name = ?
"""


@dataclass(frozen=True)
class Connection:
    """One open connection; every statement commits at once."""

    target: Target
    native: Any

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run a statement with a `?` for each parameter and return all its rows."""
        if self.target == "postgres" and parameters:
            sql = sql.replace("%", "%%").replace("?", "%s")
        with closing(self.native.cursor()) as cursor:
            cursor.execute(sql, tuple(parameters) or None)
            return cursor.fetchall() if cursor.description else []

    def relations(self, schema: str) -> set[str]:
        """The names of the tables, views and, on Postgres, indexes in a schema."""
        return {name for (name,) in self.rows(_RELATIONS[self.target], (schema,))}

    def columns(self, schema: str, relation: str) -> set[str]:
        """The names of the columns of a table or view; none where there is no such relation."""
        return {name for (name,) in self.rows(_COLUMNS, (schema, relation))}


@dataclass(frozen=True)
class Snapshot(Connection):
    """The warehouse as it was at one moment, to be read only."""

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """As of a connection; a cursor of DuckDB would be outside the transaction."""
        if self.target == "postgres":
            return super().rows(sql, parameters)
        found: list[Row] = self.native.execute(sql, tuple(parameters)).fetchall()
        return found


@contextmanager
def connect(
    settings: Settings, *, patience_seconds: float = FILE_PATIENCE_SECONDS
) -> Iterator[Connection]:
    """Open the warehouse of the settings, make the DuckDB file if need be, close it at the end.

    Args:
        settings: which warehouse.
        patience_seconds: how long to wait for another process to let go of a DuckDB file.

    Raises:
        OddsError: it cannot be reached, opened or written to; the message says why, in one line.
    """
    with explained(settings), closing(_open(settings, patience_seconds)) as native:
        yield Connection(target=settings.odds_target, native=native)


@contextmanager
def snapshot(settings: Settings) -> Iterator[Snapshot]:
    """Open the warehouse of the settings at one moment: what lands meanwhile is not seen.

    It is patient: a build of another process may have the DuckDB file.

    Raises:
        OddsError: there is no DuckDB file, or as `connect`.
    """
    if not exists(settings):
        raise OddsError(f"there is no {settings.odds_duckdb_path}: ODDS_DUCKDB_PATH names another")
    with connect(settings, patience_seconds=SNAPSHOT_PATIENCE_SECONDS) as connection:
        if connection.target == "postgres":
            connection.native.set_session(
                isolation_level="REPEATABLE READ", readonly=True, autocommit=False
            )
        else:
            connection.native.execute("set timezone = 'UTC'")
            connection.native.execute("begin transaction read only")
        yield Snapshot(target=connection.target, native=connection.native)


def exists(settings: Settings) -> bool:
    """Whether there is a warehouse to open; a server is taken to be one."""
    return settings.odds_target == "postgres" or settings.odds_duckdb_path.exists()


def _open(settings: Settings, patience_seconds: float) -> Any:
    if settings.odds_target == "duckdb":
        return _open_duckdb(settings.odds_duckdb_path, patience_seconds)
    native = psycopg2.connect(
        host=settings.pghost,
        port=settings.pgport,
        user=settings.pguser,
        password=settings.pgpassword.get_secret_value(),
        dbname=settings.pgdatabase,
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        application_name="odds",
        options="-c timezone=UTC",
    )
    native.autocommit = True
    return native


def _open_duckdb(path: Path, patience_seconds: float) -> duckdb.DuckDBPyConnection:
    """Open the file without any configuration, which all connections of a process must share."""
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            return duckdb.connect(path)
        except (duckdb.IOException, duckdb.BinderException) as error:
            # another process has it, or a build of this one has not quite let go of it
            is_held = "Conflicting lock" in str(error) or "file handle conflict" in str(error)
            if not is_held or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
