"""A read-only look at the warehouse, DuckDB file or Postgres server alike."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import duckdb
import psycopg2

CONNECT_TIMEOUT_SECONDS = 10
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Clock:
    """The moment that the last run was asked to look from, if any, and when it began."""

    asked: datetime | None
    built_at: datetime | None
    read_at: datetime

    @property
    def moment(self) -> datetime:
        """Where the views look from: the time of reading, unless another was asked for."""
        return self.asked or self.read_at

    @property
    def known_until(self) -> datetime:
        """How far the last build can have known."""
        return self.asked or self.built_at or self.read_at


@dataclass(frozen=True)
class Warehouse:
    """One open connection that cannot write; times come back in UTC."""

    engine: Literal["duckdb", "postgres"]
    native: Any

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Record]:
        """Run a query with a `?` for each parameter; rows as mappings of column to value."""
        if self.engine == "postgres":
            sql = sql.replace("%", "%%").replace("?", "%s")
        with self.cursor() as cursor:
            cursor.execute(sql, tuple(parameters))
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """What runs a query; a cursor of DuckDB would not know the moment to look from."""
        if self.engine == "duckdb":
            yield self.native
            return
        with closing(self.native.cursor()) as cursor:
            yield cursor

    def look_from(self, moment: datetime) -> None:
        """Have the `_known` models tell this connection what was known by then."""
        setting = {
            "duckdb": f"set variable odds_as_of = '{moment.isoformat()}'",
            "postgres": f"set odds.as_of = '{moment.isoformat()}'",
        }
        with self.cursor() as cursor:
            cursor.execute(setting[self.engine])

    def relations(self) -> set[str]:
        """The tables and views, as `schema.name`."""
        listed = self.rows("select table_schema, table_name from information_schema.tables")
        return {f"{row['table_schema']}.{row['table_name']}" for row in listed}

    def clock(self) -> "Clock | None":
        """What the views look from; None where nothing was built yet."""
        found = self.rows("select as_of, built_at, current_timestamp as now from ops.run_clock")
        if not found:
            return None
        (row,) = found
        return Clock(asked=row["as_of"], built_at=row["built_at"], read_at=row["now"])


@contextmanager
def open_duckdb(path: Path) -> Iterator[Warehouse]:
    """Open a warehouse file for reading; other readers may be in it too.

    Raises:
        duckdb.Error: it is missing, no DuckDB file, or in use by a writer.
    """
    with closing(duckdb.connect(path, read_only=True)) as native:
        native.execute("set timezone = 'UTC'")
        yield Warehouse(engine="duckdb", native=native)


@contextmanager
def open_postgres(
    *, host: str, port: int, user: str, password: str, database: str
) -> Iterator[Warehouse]:
    """Open a warehouse on a server for reading; all queries see one moment.

    Raises:
        psycopg2.Error: it cannot be reached, or refuses the login.
    """
    native = psycopg2.connect(
        host=host,
        port=port,
        user=user,
        password=password,
        dbname=database,
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        application_name="odds",
        options="-c timezone=UTC",
    )
    with closing(native):
        native.set_session(isolation_level="REPEATABLE READ", readonly=True)
        yield Warehouse(engine="postgres", native=native)
