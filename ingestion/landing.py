"""Puts rows into schema `raw`, each exactly once, whatever was killed before.

The spool and the recordings are the durable source; dlt's working folder is scratch. A load counts
only once `_dlt_loads` names it, so rows of a load that never got there are deleted and landed again
from their source, and a package that dlt left behind is dropped, never resumed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from ingestion.failures import explained
from ingestion.held_rows import HeldRows
from ingestion.landing_lock import hold_server_lock, landing_lock
from ingestion.raw_loader import RawLoader
from ingestion.raw_tables import API_RESPONSES, RawTable
from ingestion.responses import ApiResponse
from ingestion.settings import Settings
from ingestion.spool import Spool
from ingestion.warehouse import Connection, connect

BATCH_ROWS = 500
BATCH_BYTES = 16 * 2**20


@dataclass(frozen=True)
class LandingSummary:
    """How many rows were new, and how many were there already."""

    landed: int
    already_held: int


class Landing:
    """Lands rows in the warehouse of the settings; keeps dlt warm between calls.

    Between calls it holds neither a lock nor a connection.
    """

    def __init__(self, settings: Settings, *, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._now = now
        self._loader = RawLoader(settings)

    @property
    def spool(self) -> Spool:
        """Where responses wait for `land_spool`."""
        return Spool(self._settings.odds_data_dir / "spool")

    def land(self, responses: Iterable[ApiResponse]) -> LandingSummary:
        """Land responses that are not held yet: all of them, or none.

        Raises:
            OddsError: the warehouse cannot be reached or written to, or `responses` raised it.
        """
        return self.land_rows(API_RESPONSES, responses)

    def land_spool(self) -> LandingSummary:
        """Land every spooled response, then take it out of the spool."""
        landed_paths: list[Path] = []

        def responses() -> Iterator[ApiResponse]:
            for spooled in self.spool.read():
                landed_paths.append(spooled.path)
                yield spooled.response

        if not self.spool.paths():
            return LandingSummary(landed=0, already_held=0)
        summary = self.land(responses())
        self.spool.remove(landed_paths)
        return summary

    def land_rows(self, table: RawTable, rows: Iterable[Any]) -> LandingSummary:
        """Land rows of any raw table: objects with an attribute for each column."""
        settings = self._settings
        with (
            explained(settings),
            landing_lock(settings.odds_data_dir),
            connect(settings) as connection,
        ):
            hold_server_lock(connection)
            self._loader.prepare(connection, table)
            return self._land(connection, table, rows)

    def _land(self, connection: Connection, table: RawTable, rows: Iterable[Any]) -> LandingSummary:
        held_rows = HeldRows(connection=connection, table=table)
        landed_at = self._now()
        landed = already_held = 0

        def new_batches() -> Iterator[pa.Table]:
            nonlocal landed, already_held
            for batch in batches(rows):
                new = held_rows.not_held(batch)
                landed += len(new)
                already_held += len(batch) - len(new)
                if new:
                    yield table.to_arrow(new, landed_at=landed_at)

        self._loader.load(table, new_batches())
        return LandingSummary(landed=landed, already_held=already_held)


def batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Split rows into batches bounded in number and in payload."""
    batch: list[Any] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += len(getattr(row, "payload", None) or "")
        if len(batch) >= BATCH_ROWS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
