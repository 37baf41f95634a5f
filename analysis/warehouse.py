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
class Warehouse:
    """One open connection that cannot write; times come back in UTC."""

    engine: Literal["duckdb", "postgres"]
    native: Any

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Record]:
        """Run a query with a `?` for each parameter; rows as mappings of column to value."""
        if self.engine == "postgres":
            sql = sql.replace("%", "%%").replace("?", "%s")
        with closing(self.native.cursor()) as cursor:
            cursor.execute(sql, tuple(parameters))
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def relations(self) -> set[str]:
        """The tables and views, as `schema.name`."""
        listed = self.rows("select table_schema, table_name from information_schema.tables")
        return {f"{row['table_schema']}.{row['table_name']}" for row in listed}

    def built_as_of(self) -> datetime | None:
        """The moment the last dbt run looked from."""
        clock = self.rows("select max(as_of) as as_of from ops.run_clock")
        moment: datetime | None = clock[0]["as_of"]
        return moment


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
