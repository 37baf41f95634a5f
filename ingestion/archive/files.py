"""Files of archived rows: Parquet with the columns of a raw table, or packed recording lines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from ingestion.archive.rows import Content, Row, checked_row
from ingestion.arrow_rows import write_parquet
from ingestion.errors import OddsError, UsageError
from ingestion.line_files import LINE_FILE_SUFFIXES
from ingestion.raw_tables import API_RESPONSES, ARCHIVED_TABLES, RawTable
from ingestion.recordings import LineCounts, archive_line, check_recording_paths, read_recording

Format = Literal["parquet", "jsonl"]
SUFFIXES: Mapping[Format, str] = {"parquet": ".parquet", "jsonl": ".jsonl.zst"}

# snapshots resemble each other: the more of them a page holds, the smaller it gets
PAGE_BYTES = 16 * 2**20
COMPRESSION_LEVEL = 9
_PLAIN_COLUMNS = ("payload", "payload_sha256", "response_id", "result_row_id")


def write_rows(
    file: IO[bytes], table: RawTable, file_format: Format, batches: Iterable[Sequence[Row]]
) -> None:
    """Write rows of one table; each batch is held in memory as a whole."""
    if file_format == "jsonl":
        _write_lines(file, batches)
    else:
        _write_parquet(file, table, batches)


def read_rows(path: Path, table: RawTable) -> Iterator[Row]:
    """Yield the rows of an archive, each checked against its id.

    Raises:
        UsageError: the file is broken, of another kind, or a row was changed; names file and row.
    """
    if path.suffix != SUFFIXES["parquet"]:
        yield from _read_lines(path)
        return
    row_number = 0
    with _explained(path), pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            for values in _row_group(file, table, number):
                row_number += 1
                try:
                    row = checked_row(table, values)
                except ValueError as error:
                    raise UsageError(f"{path}, row {row_number}: {error}") from error
                yield row


def table_in(path: Path) -> RawTable:
    """The raw table whose rows a file holds.

    Raises:
        UsageError: there is no such file, or it is no archive.
    """
    if not path.exists():
        raise UsageError(f"{path}: no such file")
    if path.suffix in LINE_FILE_SUFFIXES:
        check_recording_paths([path])
        return API_RESPONSES
    if path.suffix != SUFFIXES["parquet"]:
        kinds = ", ".join((SUFFIXES["parquet"], *LINE_FILE_SUFFIXES))
        raise UsageError(f"{path}: unknown kind, give a folder or {kinds}")
    if path.is_dir():
        raise UsageError(f"{path}: a folder")
    with _explained(path):
        names = set(pq.read_schema(path).names)
    for table in ARCHIVED_TABLES:
        if names.issuperset(table.first_columns):
            return table
    raise UsageError(f"{path}: no archive: it has not the columns of a raw table")


def row_ids(path: Path, table: RawTable) -> set[str]:
    """The ids of the rows of an archive.

    Raises:
        UsageError: the file is broken.
    """
    if path.suffix != SUFFIXES["parquet"]:
        return {getattr(row, table.key) for row in read_rows(path, table)}
    with _explained(path):
        return set(pq.read_table(path, columns=[table.key]).column(0).to_pylist())


def check_written(path: Path, content: Content) -> None:
    """Read a file back, and compare it row by row with what went into it.

    Raises:
        OddsError: they differ.
    """
    found = Content(content.table)
    for _ in found.of(read_rows(path, content.table)):
        pass
    if found.sha256 != content.sha256:
        raise OddsError(f"{path.name} does not read back as it was written: check the disk")


def _write_parquet(file: IO[bytes], table: RawTable, batches: Iterable[Sequence[Row]]) -> None:
    schema = table.arrow_schema
    dense = [name for name in schema.names if name not in _PLAIN_COLUMNS]
    write_parquet(
        file,
        chain([table.empty()], map(table.to_arrow, batches)),
        compression_level=COMPRESSION_LEVEL,
        data_page_size=PAGE_BYTES,
        use_dictionary=dense,
        write_statistics=dense,
    )


def _write_lines(file: IO[bytes], batches: Iterable[Sequence[Any]]) -> None:
    compressor = zstandard.ZstdCompressor(level=COMPRESSION_LEVEL, write_checksum=True)
    with compressor.stream_writer(file, closefd=False) as stream:
        for batch in batches:
            for response in batch:
                stream.write(archive_line(response) + b"\n")


def _read_lines(path: Path) -> Iterator[Row]:
    def refuse(error: UsageError) -> None:
        raise error

    check_recording_paths([path])
    yield from read_recording(path, counts=LineCounts(), on_bad_line=refuse)


def _row_group(file: Any, table: RawTable, number: int) -> list[dict[str, Any]]:
    held = set(file.schema_arrow.names)
    names = [name for name in table.arrow_schema.names if name in held]
    schema = pa.schema([table.arrow_schema.field(name) for name in names])
    group = file.read_row_group(number, columns=names).select(names).cast(schema)
    missing = dict.fromkeys(set(table.arrow_schema.names) - held)
    return [values | missing for values in group.to_pylist()]


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what Arrow complains about into one line that names the file."""
    try:
        yield
    except UsageError:
        raise
    except (pa.ArrowException, OSError, OverflowError, KeyError) as error:
        if isinstance(error, PermissionError):
            raise UsageError(f"{path}: may not be read by this user") from error
        reason = str(error).partition("\n")[0]
        raise UsageError(f"{path}: no whole Parquet file ({reason})") from error
