"""Writes raw rows to the files of an archive, what is not there yet alone."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

from ingestion.archive.files import Format
from ingestion.archive.folder import ArchiveFolder
from ingestion.archive.manifest import writing_alone
from ingestion.archive.rows import Row
from ingestion.archive.source import (
    HeldMonth,
    HeldRow,
    Selection,
    held_months,
    held_rows,
    read_held,
)
from ingestion.landing_lock import landings_kept_out
from ingestion.raw_tables import ARCHIVED_TABLES
from ingestion.settings import Settings
from ingestion.warehouse import Connection, connect

Progress = Callable[[int], object]
State = Literal["written", "unchanged", "to write"]


def _unseen(_: int) -> None:
    """Report to nobody."""


@dataclass(frozen=True)
class ExportedFile:
    """What an export made of one file: `new_rows` of its `rows` were not archived before."""

    file: Path
    table: str
    month: date
    sport_key: str | None
    rows: int
    new_rows: int
    bytes: int | None
    state: State


@dataclass(frozen=True)
class ExportSummary:
    """What an export came to."""

    folder: Path
    files: tuple[ExportedFile, ...]
    seconds: float


class Export:
    """One export of what the warehouse of the settings holds to a folder.

    `file_format` is that of responses: tables of scores are always Parquet.
    """

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        *,
        selection: Selection,
        file_format: Format = "parquet",
    ) -> None:
        self._settings = settings
        self._folder = ArchiveFolder(folder, file_format=file_format)
        self._selection = selection

    def months(self) -> list[HeldMonth]:
        """What the warehouse holds of what is selected.

        Raises:
            OddsError: it cannot be reached.
        """
        with self._reading() as connection:
            return [
                month
                for table in ARCHIVED_TABLES
                for month in held_months(connection, table, self._selection)
            ]

    def plan(
        self, months: Iterable[HeldMonth], *, on_progress: Progress = _unseen
    ) -> ExportSummary:
        """Say what `write` would do; nothing is touched.

        Args:
            months: what `months` found.
            on_progress: told now and then how many rows are done.

        Raises:
            OddsError: the warehouse or the archive cannot be read.
        """

        def judge(_: HeldMonth, new: Sequence[HeldRow] | None, __: Progress) -> State:
            return "unchanged" if new is None else "to write"

        return self._each(months, judge, on_progress)

    def write(
        self, months: Iterable[HeldMonth], *, on_progress: Progress = _unseen
    ) -> ExportSummary:
        """Write what is not archived yet; a file has its name once all of it was read back.

        Args:
            months: what `months` found.
            on_progress: told now and then how many rows are done.

        Raises:
            OddsError: the warehouse or the archive cannot be read, or nothing be written there.
                What was archived before still is, and the files written so far are whole.
        """

        def write(month: HeldMonth, new: Sequence[HeldRow] | None, report: Progress) -> State:
            if new is None:
                return "unchanged"
            self._folder.add(month, self._rows(month, new, report))
            return "written"

        with writing_alone(self._folder.path):
            return self._each(months, write, on_progress)

    def _each(
        self,
        months: Iterable[HeldMonth],
        act: Callable[[HeldMonth, Sequence[HeldRow] | None, Progress], State],
        on_progress: Progress,
    ) -> ExportSummary:
        started = time.perf_counter()
        files = []
        rows_before = 0
        for month in months:
            new = self._not_archived(month)
            state = act(month, new, partial(_report_after, rows_before, on_progress))
            rows_before += month.rows
            on_progress(rows_before)
            path = self._folder.file_of(month)
            files.append(
                ExportedFile(
                    file=path,
                    table=month.table.name,
                    month=month.month,
                    sport_key=month.sport_key,
                    rows=month.rows,
                    new_rows=len(new or ()),
                    bytes=path.stat().st_size if path.exists() else None,
                    state=state,
                )
            )
        return ExportSummary(self._folder.path, tuple(files), time.perf_counter() - started)

    def _not_archived(self, month: HeldMonth) -> list[HeldRow] | None:
        """The rows that the file of a month lacks; null where it need not be written."""
        if self._folder.holds(month):
            return None
        with self._reading() as connection:
            held = held_rows(connection, month, self._selection)
        return self._folder.lacks(month, held)

    @contextmanager
    def _rows(
        self, month: HeldMonth, held: Sequence[HeldRow], report: Progress
    ) -> Iterator[Iterator[Row]]:
        with self._reading() as connection:
            yield _counted(read_held(connection, month.table, held), report)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """The warehouse; landings of other processes wait for a DuckDB file instead of failing."""
        with landings_kept_out(self._settings), connect(self._settings) as connection:
            yield connection


def _report_after(rows_before: int, report: Progress, rows: int) -> None:
    report(rows_before + rows)


def _counted(rows: Iterable[Row], report: Progress) -> Iterator[Row]:
    for count, row in enumerate(rows, start=1):
        report(count)
        yield row
