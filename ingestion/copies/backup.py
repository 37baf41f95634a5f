"""A backup: all of a warehouse that cannot be made again, as files that either engine takes back.

What dbt made is not in it: a restore builds that.
"""

import shutil
import tarfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingestion.arrow_rows import write_parquet
from ingestion.copies.backup_folder import (
    PACKED,
    BackedUpFile,
    BackupList,
    described,
    write_list,
)
from ingestion.copies.tables import KEPT_TABLES, KeptTable
from ingestion.durable import sync_file, sync_folder
from ingestion.errors import OddsError, UsageError
from ingestion.landing_lock import landings_kept_out
from ingestion.settings import Settings
from ingestion.spool import Spool
from ingestion.warehouse import Snapshot, snapshot

WAITING = "spool"


@dataclass(frozen=True)
class BackupSummary:
    """What a backup came to: rows by table, answers that waited to be landed, bytes."""

    path: Path
    tables: Mapping[str, int]
    waiting: int
    bytes: int
    seconds: float


def back_up(settings: Settings, path: Path, *, now: datetime) -> BackupSummary:
    """Write a backup of one moment; the collector may go on meanwhile.

    It has its name once all of it is on disk.

    Args:
        settings: which warehouse.
        path: a folder to make, or a file if the name ends in `.tar`.
        now: the time, for the list.

    Raises:
        UsageError: it is there already.
        OddsError: the warehouse cannot be read, or the backup not be written.
    """
    began = time.perf_counter()
    if path.exists():
        raise UsageError(f"{path} is there already: give the backup a name of its own")
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        tables, waiting = _write(settings, unfinished, now)
        size = sum(file.stat().st_size for file in unfinished.rglob("*") if file.is_file())
        if path.suffix == PACKED:
            _pack(unfinished, path)
        else:
            unfinished.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        raise OddsError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return BackupSummary(
        path=path,
        tables=tables,
        waiting=waiting,
        bytes=size,
        seconds=time.perf_counter() - began,
    )


def _write(settings: Settings, folder: Path, now: datetime) -> tuple[dict[str, int], int]:
    """Write all files, the list last; rows by table, and how many answers waited."""
    # first: what lands from here on is in the warehouse by then
    files = _copy_what_waits(settings, folder)
    waiting = len(files)
    tables: dict[str, int] = {}
    with landings_kept_out(settings), snapshot(settings) as source:
        for table in KEPT_TABLES:
            if table.is_in(source):
                tables[table.relation] = _write_table(source, table, folder)
    for name, rows in tables.items():
        files[f"{name}.parquet"] = described(folder / f"{name}.parquet", rows)
    for name in files:
        sync_file(folder / name)
    write_list(folder, BackupList(made_at=now, engine=settings.odds_target, files=files))
    return tables, waiting


def _copy_what_waits(settings: Settings, folder: Path) -> dict[str, BackedUpFile]:
    """Answers that are on disk and not in the warehouse yet."""
    (folder / WAITING).mkdir()
    files = {}
    for path in Spool(settings.odds_data_dir / "spool").paths():
        name = f"{WAITING}/{path.name}"
        with suppress(FileNotFoundError):  # landed meanwhile
            shutil.copy(path, folder / name)
            files[name] = described(folder / name, None)
    return files


def _write_table(source: Snapshot, table: KeptTable, folder: Path) -> int:
    return write_parquet(folder / f"{table.relation}.parquet", table.rows(source))


def _pack(folder: Path, path: Path) -> None:
    packing = folder / path.name
    members = sorted(folder.iterdir())
    with tarfile.open(packing, "w:") as packed:
        for member in members:
            packed.add(member, member.name)
    sync_file(packing)
    packing.rename(path)
