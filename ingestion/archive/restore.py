"""Lands the rows of an archive, each exactly once, as they were."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingestion.archive.files import SUFFIXES, read_rows, table_in
from ingestion.archive.manifest import MANIFEST, file_sha256, read_manifest
from ingestion.archive.rows import Row
from ingestion.errors import UsageError
from ingestion.landing import Landing
from ingestion.raw_tables import ARCHIVED_TABLES, RawTable
from ingestion.settings import Settings


@dataclass(frozen=True)
class RestoreSummary:
    """What a restore came to; `rows` = `landed` + `already_held`."""

    files: int
    rows: int
    landed: int
    already_held: int
    seconds: float


def restore_archive(
    paths: Sequence[Path],
    settings: Settings,
    *,
    now: Callable[[], datetime],
    on_progress: Callable[[int], None] | None = None,
) -> RestoreSummary:
    """Land what archives hold and the warehouse does not.

    Tables of scores are read to their end before the first response lands. A restore that is cut
    off is finished by running it again.

    Args:
        paths: archive folders, or single files of them.
        settings: which warehouse.
        now: the time the rows land at, where a row does not bring its own.
        on_progress: told after each row how many have been read.

    Raises:
        UsageError: a file is missing, broken or changed, or is no archive; nothing has landed.
        OddsError: the warehouse cannot be reached or written to.
    """
    started = time.perf_counter()
    files = [file for path in paths for file in _files_of(path)]
    if not files:
        raise UsageError("no archive given: name one or more folders or files")
    tables = {file: table_in(file) for file in files}
    rows_read = 0

    def rows_of(table: RawTable) -> Iterator[Row]:
        nonlocal rows_read
        for file in files:
            if tables[file] is table:
                for row in _checked(file, table):
                    rows_read += 1
                    if on_progress:
                        on_progress(rows_read)
                    yield row

    responses, scores = ARCHIVED_TABLES
    score_rows = list(rows_of(scores))
    landing = Landing(settings, now=now)
    landed = [
        landing.land_rows(responses, rows_of(responses)),
        landing.land_rows(scores, score_rows),
    ]
    return RestoreSummary(
        files=len(files),
        rows=rows_read,
        landed=sum(summary.landed for summary in landed),
        already_held=sum(summary.already_held for summary in landed),
        seconds=time.perf_counter() - started,
    )


def _files_of(path: Path) -> list[Path]:
    """The files of an archive: those its list names, and others that lie beside them."""
    if not path.is_dir():
        return [path]
    listed = {path / name for name in read_manifest(path)}
    missing = sorted(file.name for file in listed if not file.is_file())
    if missing:
        raise UsageError(f"{path}: {missing[0]} is missing, though {MANIFEST} lists it")
    found = {file for suffix in SUFFIXES.values() for file in path.glob(f"*{suffix}")}
    if not found:
        raise UsageError(f"{path}: a folder without archives ({', '.join(SUFFIXES.values())})")
    return sorted(found)


def _checked(file: Path, table: RawTable) -> Iterator[Row]:
    """The rows of a file, which must be as it was written wherever a list tells."""
    entry = read_manifest(file.parent).get(file.name)
    yield from read_rows(file, table)
    if entry and file_sha256(file) != entry.sha256:
        raise UsageError(
            f"{file}: was changed after the export that {file.parent / MANIFEST} tells of"
        )
