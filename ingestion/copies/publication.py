"""The copy of the marts for readers: who reads it never waits for the collector, nor it for them.

It is a folder with `warehouse.duckdb`, the same as Parquet in `parquet/current`, and a note of when
it was made. Whoever has the old copy open keeps it until they close it.
"""

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from ingestion.archive.manifest import UNFINISHED, writing_alone
from ingestion.arrow_rows import batches, write_parquet
from ingestion.copies.comments import Comments, comments_of
from ingestion.copies.publication_note import Note, keep_note, read_note
from ingestion.durable import sync_file, sync_folder
from ingestion.errors import OddsError, UsageError
from ingestion.failures import explanation
from ingestion.settings import Settings
from ingestion.warehouse import Snapshot, snapshot

DATABASE = "warehouse.duckdb"
PARQUET = "parquet"
CURRENT = "current"
SCHEMAS = ("marts", "quality", "ops")
# each response times all that it showed: many times all other marts together, and
# `fct_odds_changes` holds the same from when to when
MULTIPLIED_OUT = "marts.fct_odds"
# of the server that is built on
OF_THE_SERVER = "ops.build_lease"
# who has begun to read the Parquet of before may end
VERSIONS_KEPT = 2

RELATIONS = """
select table_schema || '.' || table_name
from information_schema.tables
where table_schema in ('marts', 'quality', 'ops')
order by 1
"""


@dataclass(frozen=True)
class Publication:
    """A copy that was made: its tables with their rows, what it lacks, the bytes of both forms."""

    folder: Path
    published_at: datetime
    tables: Mapping[str, int]
    left_out: Sequence[str]
    bytes: int
    seconds: float


def publish(settings: Settings, *, now: datetime, is_whole: bool = False) -> Publication:
    """Copy every table and view of marts, quality and ops as they are at one moment.

    A failure leaves the copy of before, and a note that says why.

    Args:
        settings: which warehouse, and where to.
        now: the time, for the note.
        is_whole: with `fct_odds`, too.

    Raises:
        UsageError: the warehouse itself stands where the copy would.
        OddsError: there is nothing to publish, or it cannot be read or written.
    """
    folder = settings.publish_dir
    _refuse_another_database(settings)
    try:
        with writing_alone(folder, named_by="ODDS_PUBLISH_DIR"):
            publication = _publish(settings, now=now, is_whole=is_whole)
            keep_note(folder, Note.of_a_copy(publication.published_at, publication.bytes))
    except Exception as error:
        reason = explanation(error, settings) or error
        keep_note(folder, read_note(folder).failed(now, str(reason)))
        raise
    return publication


def _publish(settings: Settings, *, now: datetime, is_whole: bool) -> Publication:
    began = time.perf_counter()
    folder, unfinished = settings.publish_dir, settings.publish_dir / UNFINISHED
    version = f"{now:%Y%m%dT%H%M%S%fZ}"
    written, database = unfinished / version, unfinished / DATABASE
    written.mkdir()
    with snapshot(settings) as source:
        relations = _relations(source)
        left_out = [] if is_whole else [MULTIPLIED_OUT]
        wanted = [name for name in relations if name not in (*left_out, OF_THE_SERVER)]
        tables = {name: _write(source, name, written) for name in wanted}
        comments = comments_of(source, SCHEMAS)
    _make_database(database, written, list(tables), comments)
    for file in (database, *written.iterdir()):
        sync_file(file)
    size = sum(file.stat().st_size for file in (database, *written.iterdir()))
    _swap_parquet(folder, written)
    database.replace(folder / DATABASE)
    sync_folder(folder)
    return Publication(
        folder=folder,
        published_at=now,
        tables=tables,
        left_out=[name for name in left_out if name in relations],
        bytes=size,
        seconds=time.perf_counter() - began,
    )


def _refuse_another_database(settings: Settings) -> None:
    """A folder of the warehouse itself, or with a database that is no copy, must not be named."""
    database = settings.publish_dir / DATABASE
    is_the_warehouse = database.absolute() == settings.odds_duckdb_path.absolute()
    if is_the_warehouse or (database.exists() and read_note(settings.publish_dir).is_empty):
        raise UsageError(
            f"{database} is no copy that was published: name another folder in ODDS_PUBLISH_DIR"
        )


def _relations(source: Snapshot) -> list[str]:
    found = [name for (name,) in source.rows(RELATIONS)]
    if not any(name.startswith("marts.") for name in found):
        raise OddsError("there are no marts to publish: run `dbt build` first")
    return found


def _write(source: Snapshot, relation: str, folder: Path) -> int:
    query = f"select * from {relation}"  # noqa: S608 - a name of the catalogue
    tables = batches(source.target, source.native, query)
    return write_parquet(folder / f"{relation}.parquet", tables)


def _make_database(
    database: Path, parquet: Path, tables: Sequence[str], comments: Comments
) -> None:
    with duckdb.connect(database) as connection:
        connection.execute("set preserve_insertion_order = false")
        for schema in SCHEMAS:
            connection.execute(f"create schema {schema}")
        for name in tables:
            file = str(parquet / f"{name}.parquet").replace("'", "''")
            connection.execute(f"create table {name} as select * from read_parquet('{file}')")  # noqa: S608
        for statement in comments.statements(tables):
            connection.execute(statement)


def _swap_parquet(folder: Path, written: Path) -> None:
    """Give a new version its place, and take away those that nobody reads any more."""
    versions = folder / PARQUET
    versions.mkdir(exist_ok=True)
    place = versions / written.name
    written.rename(place)
    pointer = folder / UNFINISHED / CURRENT
    pointer.symlink_to(place.name)
    pointer.replace(versions / CURRENT)
    sync_folder(versions)
    held = sorted(path for path in versions.iterdir() if path.is_dir() and not path.is_symlink())
    for old in held[:-VERSIONS_KEPT]:
        shutil.rmtree(old)
