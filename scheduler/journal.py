"""Rows of schema `ops`, written down even while the warehouse cannot be reached.

A row goes straight into its table; where that is impossible, into a file of `ODDS_DATA_DIR`, and
into the table as soon as there is one again. Writing a row twice leaves one row.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import structlog

from ingestion.durable import replaced
from ingestion.errors import OddsError
from ingestion.failures import explained
from ingestion.ops_tables import make_ops_tables
from ingestion.settings import Settings
from ingestion.warehouse import Connection, connect

log = structlog.get_logger(__name__)

SUFFIX = ".json"


@dataclass(frozen=True)
class Row:
    """One row of a table of `ops`; its first column is the key."""

    table: str
    values: Mapping[str, Any]

    @property
    def key(self) -> str:
        """What makes it this row."""
        return str(next(iter(self.values.values())))


class Journal:
    """Writes rows; knows whether the warehouse could be reached when it was last tried."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.odds_data_dir / "journal"
        self._held: Connection | None = None
        self._closing = ExitStack()
        self.is_reachable = True

    def can_reach(self) -> bool:
        """Whether the warehouse can be reached now."""
        self.is_reachable = True
        with self.away_if_it_fails(), self.connected():
            pass
        return self.is_reachable

    def write(self, *rows: Row) -> None:
        """Write rows into the warehouse, or keep them on disk until there is one.

        Raises:
            OddsError: neither is possible.
        """
        if self.is_reachable:
            with self.away_if_it_fails(), self.connected() as connection:
                for row in rows:
                    _upsert(connection, row)
                return
        for row in rows:
            self._keep(row)

    def flush(self) -> None:
        """Bring into the warehouse what was kept on disk while it was away."""
        if not self.is_reachable:
            return
        with self.away_if_it_fails(), self.connected() as connection:
            make_ops_tables(connection)
            for path, row in self._kept():
                _upsert(connection, row)
                path.unlink(missing_ok=True)

    def kept(self, table: str) -> list[Mapping[str, Any]]:
        """The rows of a table that wait on disk."""
        return [row.values for _, row in self._kept() if row.table == table]

    @contextmanager
    def away_if_it_fails(self) -> Iterator[None]:
        """Take note of a warehouse that cannot be reached, and go on after the block."""
        try:
            yield
        except OddsError as error:
            self.is_reachable = False
            self._closing.close()
            log.warning("the warehouse cannot be reached", error=str(error))

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection to the warehouse: the one that is held, else a new one."""
        if self._held is not None:
            with explained(self._settings):
                yield self._held
        else:
            with connect(self._settings) as connection:
                yield connection

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Hold one connection for the block: opening a DuckDB file again and again costs most."""
        self._hold()
        try:
            yield
        finally:
            self._closing.close()

    @contextmanager
    def letting_go(self) -> Iterator[None]:
        """Let others have the DuckDB file for the block; a server has room for all."""
        if self._held is None or self._held.target != "duckdb":
            yield
            return
        # the log is written into the file when it is closed for good: a tenth of a second each time
        self._held.rows("pragma disable_checkpoint_on_shutdown")
        self._closing.close()
        try:
            yield
        finally:
            self._hold()

    def _hold(self) -> None:
        self.is_reachable = True
        with self.away_if_it_fails():
            self._held = self._closing.enter_context(connect(self._settings))
            self._closing.callback(self._forget)

    def _forget(self) -> None:
        self._held = None

    def _keep(self, row: Row) -> None:
        path = self._folder / f"{row.table}-{row.key}{SUFFIX}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with replaced(path, path.with_suffix(".tmp")) as file:
                file.write(orjson.dumps({"table": row.table, "values": dict(row.values)}))
        except OSError as error:
            raise OddsError(
                f"cannot write to {self._folder}: {error.strerror}; "
                "give ODDS_DATA_DIR a writable folder with free space"
            ) from error

    def _kept(self) -> Iterator[tuple[Path, Row]]:
        """What waits on disk; a file that cannot be read is moved aside, and keeps none waiting."""
        for path in sorted(self._folder.glob(f"*{SUFFIX}")):
            try:
                content = orjson.loads(path.read_bytes())
                values = {name: _value(name, value) for name, value in content["values"].items()}
                row = Row(content["table"], values)
            except FileNotFoundError:
                continue  # another process has written it meanwhile
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                self._move_aside(path, reason=str(error))
            else:
                yield path, row

    def _move_aside(self, path: Path, *, reason: str) -> None:
        broken = self._folder / "broken"
        broken.mkdir(exist_ok=True)
        path.replace(broken / path.name)
        log.error("broken note moved aside", file=str(broken / path.name), reason=reason)


def _value(name: str, value: Any) -> Any:
    if value is not None and name.endswith("_at"):
        return datetime.fromisoformat(value)
    return value


def _upsert(connection: Connection, row: Row) -> None:
    names = list(row.values)
    changed = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    connection.rows(
        f"insert into ops.{row.table} ({', '.join(names)}) "  # noqa: S608 - our own names
        f"values ({', '.join('?' * len(names))}) "
        f"on conflict ({names[0]}) do update set {changed}",
        list(row.values.values()),
    )
