"""Takes a backup back, on either engine: each row once, so that it may be run again."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq

from ingestion.archive.files import read_rows
from ingestion.copies.backup import WAITING
from ingestion.copies.backup_folder import opened
from ingestion.copies.tables import KEPT_TABLES, KeptTable
from ingestion.environments import refuse_in_production
from ingestion.errors import OddsError, UsageError
from ingestion.landing import Landing
from ingestion.ops_tables import make_ops_tables
from ingestion.raw_tables import ARCHIVED_TABLES
from ingestion.settings import Settings
from ingestion.spool import Spool
from ingestion.warehouse import Connection, connect, exists

ROWS_A_STATEMENT = 500


@dataclass(frozen=True)
class RestoredTable:
    """Rows of one table in the backup, and those of them that the warehouse did not hold."""

    rows: int
    landed: int


@dataclass(frozen=True)
class RestoreSummary:
    """What a restore came to."""

    made_at: datetime
    tables: Mapping[str, RestoredTable]
    seconds: float


def restore_backup(
    settings: Settings, path: Path, *, now: Callable[[], datetime], is_merged: bool = False
) -> RestoreSummary:
    """Land all that a backup holds and the warehouse does not; models are left to a build.

    All files are checked before the first row lands. One that is cut off is finished by a merge.

    Args:
        settings: which warehouse.
        path: a folder or file that `back_up` made.
        now: the time that answers which waited land at.
        is_merged: whether the warehouse may hold something already, which stays.

    Raises:
        UsageError: it is no whole backup; or the warehouse holds something, and nothing was said.
        OddsError: the warehouse cannot be reached or written to, or does not hold all afterwards.
    """
    began = time.perf_counter()
    with opened(path) as (folder, listed):
        _check_place(settings, is_merged=is_merged)
        landing = Landing(settings, now=now)
        tables = {}
        for table in KEPT_TABLES:
            file = listed.files.get(f"{table.relation}.parquet")
            if file is not None and file.rows is not None:
                place = folder / f"{table.relation}.parquet"
                landed = _take_back(table, place, landing, settings)
                tables[table.relation] = RestoredTable(rows=file.rows, landed=landed)
        landing.land(each.response for each in Spool(folder / WAITING).read())
    _check_all_is_there(settings, tables)
    return RestoreSummary(
        made_at=listed.made_at, tables=tables, seconds=time.perf_counter() - began
    )


def _check_place(settings: Settings, *, is_merged: bool) -> None:
    if not exists(settings):
        return
    with connect(settings) as connection:
        held = [table.relation for table in KEPT_TABLES if _rows_of(connection, table)]
    if held and not is_merged:
        raise UsageError(
            f"the warehouse is not empty: {held[0]} holds rows. Name another place, or give "
            "--merge, which leaves what is there and adds what it lacks"
        )
    if held:
        refuse_in_production(settings, "`odds db restore --merge`")


def _take_back(table: KeptTable, file: Path, landing: Landing, settings: Settings) -> int:
    if table.raw is None:
        with connect(settings) as connection:
            return _insert(connection, table, file)
    rows = read_rows(file, table.raw) if table.raw in ARCHIVED_TABLES else _plain_rows(file)
    return landing.land_rows(table.raw, rows).landed


def _plain_rows(file: Path) -> Iterator[Any]:
    with pq.ParquetFile(file) as opened_file:
        for number in range(opened_file.num_row_groups):
            for values in opened_file.read_row_group(number).to_pylist():
                yield SimpleNamespace(**values)


def _insert(connection: Connection, table: KeptTable, file: Path) -> int:
    """Add the rows that are not there; how many those were."""
    make_ops_tables(connection)
    before = _rows_of(connection, table)
    held = connection.columns(table.schema, table.name)
    with pq.ParquetFile(file) as opened_file:
        names = [name for name in opened_file.schema_arrow.names if name in held]
        row = f"({', '.join('?' * len(names))})"
        for batch in opened_file.iter_batches(batch_size=ROWS_A_STATEMENT, columns=names):
            columns = [batch.column(name).to_pylist() for name in names]
            connection.rows(
                f"insert into {table.relation} ({', '.join(names)}) "  # noqa: S608 - our own table
                f"values {', '.join([row] * batch.num_rows)} on conflict do nothing",
                [value for values in zip(*columns, strict=True) for value in values],
            )
    return _rows_of(connection, table) - before


def _check_all_is_there(settings: Settings, tables: Mapping[str, RestoredTable]) -> None:
    with connect(settings) as connection:
        for table in KEPT_TABLES:
            wanted = tables[table.relation].rows if table.relation in tables else 0
            if (held := _rows_of(connection, table)) < wanted:
                raise OddsError(
                    f"{table.relation} holds {held:,} of the {wanted:,} rows of the backup: run "
                    "the restore again, with --merge"
                )


def _rows_of(connection: Connection, table: KeptTable) -> int:
    if not table.is_in(connection):
        return 0
    ((count,),) = connection.rows(f"select count(*) from {table.relation}")  # noqa: S608
    return int(count)
