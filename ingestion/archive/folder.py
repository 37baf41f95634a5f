"""The folder of an archive: which rows its files hold, and how rows are added to them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path
from urllib.parse import quote

from ingestion.archive.files import (
    SUFFIXES,
    Format,
    check_written,
    read_rows,
    row_ids,
    write_rows,
)
from ingestion.archive.manifest import (
    UNFINISHED,
    ArchivedFile,
    file_sha256,
    read_manifest,
    write_manifest,
)
from ingestion.archive.rows import Content, Row
from ingestion.archive.source import HeldMonth, HeldRow, ids_md5
from ingestion.durable import replaced
from ingestion.errors import OddsError, UsageError
from ingestion.landing import batches
from ingestion.raw_tables import API_RESPONSES, RawTable


class ArchiveFolder:
    """A folder with a file for each table, month and sport, whose list says what each holds.

    `file_format` is that of responses: tables of scores are no recording lines, and always Parquet.
    """

    def __init__(self, path: Path, *, file_format: Format) -> None:
        self.path = path
        self._format = file_format

    def file_of(self, month: HeldMonth) -> Path:
        """Where the rows of a month belong."""
        parts = [month.table.name, f"{month.month:%Y-%m}"]
        if month.sport_key is not None:
            parts.append(quote(month.sport_key, safe=""))
        return self.path / f"{'-'.join(parts)}{SUFFIXES[self._format_of(month.table)]}"

    def holds(self, month: HeldMonth) -> bool:
        """Whether the file of a month holds its rows and no others, as far as the list tells.

        Raises:
            OddsError: the file is not the one that the list tells of.
        """
        entry = self._entry(month)
        return entry is not None and entry.ids_md5 == month.ids_md5

    def lacks(self, month: HeldMonth, held: Sequence[HeldRow]) -> list[HeldRow] | None:
        """Which of a month's rows its file lacks; null where it lacks none and is listed.

        Raises:
            OddsError: the file is broken, or not the one that the list tells of.
        """
        file = self.file_of(month)
        archived: set[str] = set()
        if file.exists():
            try:
                archived = row_ids(file, month.table)
            except UsageError as error:
                raise self._unusable(str(error)) from error
        missing = [row for row in held if row.row_id not in archived]
        return missing if missing or self._entry(month) is None else None

    def add(self, month: HeldMonth, reading: AbstractContextManager[Iterable[Row]]) -> None:
        """Write the file of a month anew, with the rows it holds and those that are read.

        What was read is closed before the file is checked.

        Raises:
            OddsError: the old file is broken or was changed, or the new one does not read back.
        """
        table, path = month.table, self.file_of(month)
        entry = self._entry(month)
        others = {
            name: other for name, other in read_manifest(self.path).items() if name != path.name
        }
        content = Content(table)

        def check(written: Path) -> None:
            check_written(written, content)
            # a crash from here on leaves a file that is not listed, and so written again
            write_manifest(self.path, others)

        with (
            replaced(path, self.path / UNFINISHED / path.name, check=check) as file,
            reading as new,
        ):
            rows = content.of(chain(self._archived(path, table, entry), new))
            write_rows(file, table, self._format_of(table), batches(rows))
        archived = ArchivedFile(
            rows=len(content.ids),
            ids_md5=ids_md5(content.ids),
            bytes=path.stat().st_size,
            sha256=file_sha256(path),
        )
        write_manifest(self.path, {**others, path.name: archived})

    def _archived(self, path: Path, table: RawTable, entry: ArchivedFile | None) -> Iterator[Row]:
        """The rows of the file that is to be replaced, if there is one."""
        if not path.exists():
            return
        if entry and file_sha256(path) != entry.sha256:
            raise self._changed(path)
        try:
            yield from read_rows(path, table)
        except UsageError as error:
            raise self._unusable(str(error)) from error

    def _entry(self, month: HeldMonth) -> ArchivedFile | None:
        """What the list tells of a month's file; null where either is missing."""
        path = self.file_of(month)
        entry = read_manifest(self.path).get(path.name)
        if entry is None or not path.exists():
            return None
        if path.stat().st_size != entry.bytes:
            raise self._changed(path)
        return entry

    def _changed(self, path: Path) -> OddsError:
        return self._unusable(f"{path} is not the file that was written")

    def _unusable(self, reason: str) -> OddsError:
        return OddsError(f"{reason}: move it out of {self.path}, then export again")

    def _format_of(self, table: RawTable) -> Format:
        return self._format if table is API_RESPONSES else "parquet"
