"""Keeps the warehouse quick and small, its archive up to date and the data folder tidy."""

import shutil
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import structlog

from ingestion.archive.export import Export
from ingestion.archive.source import Selection
from ingestion.landing_lock import landings_kept_out
from ingestion.raw_tables import SCHEMA
from ingestion.settings import Settings
from ingestion.spool import UNFINISHED_SUFFIX
from ingestion.warehouse import Connection, connect

log = structlog.get_logger(__name__)

OUR_SCHEMAS = ("raw", "intermediate", "marts", "quality", "ops")
# an unfinished file of a spool is a moment old, or was left behind
LEFT_BEHIND_SECONDS = 24 * 3600
# row groups that may lie unmerged: each landing leaves one
LOOSE_ROW_GROUPS = 32
MERGE_TASKS = 100  # DuckDB's default
ROW_GROUP_ROWS = 122_880

# autovacuum comes later, and not at all where somebody switched it off
NEGLECTED = """
select
    schemaname,
    relname
from pg_stat_user_tables
where
    schemaname = any(?)
    and greatest(n_dead_tup, n_mod_since_analyze, n_ins_since_vacuum) > 1000 + 0.1 * n_live_tup
order by schemaname, relname
"""
ROW_GROUPS = f"""
select
    count(distinct row_group_id),
    (select count(*) from {SCHEMA}.api_responses)
from pragma_storage_info('{SCHEMA}.api_responses')
"""  # noqa: S608 - our own table


@dataclass(frozen=True)
class MaintenanceSummary:
    """What was done, and how much room is taken and left, in bytes."""

    tables_vacuumed: int
    leftovers_removed: int
    files_archived: int
    warehouse_bytes: int
    spool_bytes: int
    free_bytes: int
    seconds: float


def maintain(settings: Settings, *, now: datetime) -> MaintenanceSummary:
    """Do what is due: next to nothing if it was done lately.

    Files of spool and journal that a killed process left unfinished go after a day; months that
    are over are archived where ODDS_ARCHIVE_DIR says; the engine reclaims room and renews its
    statistics.

    Raises:
        OddsError: the warehouse cannot be reached, or the archive not be written to.
    """
    started = time.perf_counter()
    folders = ("spool", "journal")
    removed = sum(_remove_leftovers(settings.odds_data_dir / name) for name in folders)
    archived = vacuumed = 0
    if _exists(settings):
        archived = _archive_months_over(settings, now)
        vacuumed = _tidy(settings)
    summary = MaintenanceSummary(
        tables_vacuumed=vacuumed,
        leftovers_removed=removed,
        files_archived=archived,
        warehouse_bytes=_warehouse_bytes(settings),
        spool_bytes=_bytes_in(settings.odds_data_dir / "spool"),
        free_bytes=_free_bytes(settings.odds_data_dir),
        seconds=time.perf_counter() - started,
    )
    log.info("maintained", **asdict(summary))
    return summary


def _exists(settings: Settings) -> bool:
    """Whether there is a warehouse: DuckDB would make an empty one."""
    return settings.odds_target == "postgres" or settings.odds_duckdb_path.exists()


def _archive_months_over(settings: Settings, now: datetime) -> int:
    if settings.odds_archive_dir is None:
        return 0
    this_month = now.astimezone(UTC).date().replace(day=1)
    export = Export(settings, settings.odds_archive_dir, selection=Selection(before=this_month))
    return sum(file.state == "written" for file in export.write(export.months()).files)


def _tidy(settings: Settings) -> int:
    with landings_kept_out(settings), connect(settings) as connection:
        if connection.target == "duckdb":
            if not _merge(connection):
                _checkpoint(connection)
            return 0
        neglected = connection.rows(NEGLECTED, (list(OUR_SCHEMAS),))
        for schema, table in neglected:
            # a table that a build is rebuilding has its turn next time
            connection.rows(f'vacuum (analyze, skip_locked) "{schema}"."{table}"')
        return len(neglected)


def merge_loose_rows(settings: Settings) -> bool:
    """Merge the row groups that single landings and builds leave apart in a DuckDB file.

    Each takes room and time to read. A merge writes up to 2,048 payloads again, so it is made once
    in many landings; returns whether it was.

    Raises:
        OddsError: the warehouse cannot be reached.
    """
    if settings.odds_target == "postgres" or not settings.odds_duckdb_path.exists():
        return False
    with landings_kept_out(settings), connect(settings) as connection:
        return _merge(connection)


def _merge(connection: Connection) -> bool:
    if "api_responses" not in connection.relations(SCHEMA):
        return False
    ((groups, rows),) = connection.rows(ROW_GROUPS)
    if groups <= rows / ROW_GROUP_ROWS + LOOSE_ROW_GROUPS:
        return False
    connection.rows(f"set global max_vacuum_tasks = {MERGE_TASKS}")
    try:
        # a checkpoint that has nothing to write merges nothing
        connection.rows("create or replace table ops.checkpointed (is_done boolean)")
        connection.rows("drop table ops.checkpointed")
        return _checkpoint(connection)
    finally:
        connection.rows("set global max_vacuum_tasks = 0")


def _checkpoint(connection: Connection) -> bool:
    """Write the log into the file, unless somebody is writing right now: then another time."""
    try:
        connection.rows("checkpoint")
    except duckdb.TransactionException:
        return False
    return True


def _remove_leftovers(folder: Path) -> int:
    # by the clock that stamped the files: the API's, or a simulated one, may be days ahead
    before = time.time() - LEFT_BEHIND_SECONDS
    removed = 0
    for path in folder.glob(f"*{UNFINISHED_SUFFIX}"):
        with suppress(FileNotFoundError):  # finished meanwhile
            if path.stat().st_mtime < before:
                path.unlink()
                removed += 1
    return removed


def _warehouse_bytes(settings: Settings) -> int:
    if settings.odds_target == "duckdb":
        path = settings.odds_duckdb_path
        files = (path, path.with_name(f"{path.name}.wal"))
        return sum(file.stat().st_size for file in files if file.exists())
    with connect(settings) as connection:
        ((size,),) = connection.rows("select pg_database_size(current_database())")
    return int(size)


def _bytes_in(folder: Path) -> int:
    size = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # landed meanwhile
            size += path.stat().st_size if path.is_file() else 0
    return size


def _free_bytes(folder: Path) -> int:
    """Room on the disk that holds a folder, or will."""
    existing = next(path for path in (folder, *folder.resolve().parents) if path.is_dir())
    return shutil.disk_usage(existing).free
