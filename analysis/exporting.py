"""Writes a mart to a file, a batch of rows at a time."""

import csv
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pyarrow as pa

from analysis.frames import batches
from analysis.warehouse import Warehouse
from ingestion.arrow_rows import write_parquet
from ingestion.errors import OddsError, UsageError

SCHEMAS = ("marts", "quality", "ops")
ENDINGS = (".csv", ".parquet")


def mart_named(warehouse: Warehouse, name: str) -> str:
    """The mart of a name, as `schema.name`; the schema may be left out where one has it.

    Raises:
        UsageError: there is none, or several; the message names those like it.
    """
    marts = sorted(each for each in warehouse.relations() if each.partition(".")[0] in SCHEMAS)
    found = [each for each in marts if name in (each, each.partition(".")[2])]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"several marts are called {name!r}: {', '.join(found)}")
    short = {each.partition(".")[2]: each for each in marts}
    near = get_close_matches(name, [*marts, *short], n=3)
    names = list(dict.fromkeys(short.get(each, each) for each in near))
    hint = f"did you mean {' or '.join(names)}?" if names else f"they are in {', '.join(SCHEMAS)}"
    raise UsageError(f"no mart is called {name!r}: {hint}")


def check_file(path: Path, *, may_replace: bool) -> None:
    """Make sure that a mart can be written there.

    Raises:
        UsageError: it has another ending, or it is there already, or its folder is not.
    """
    if path.suffix not in ENDINGS:
        raise UsageError(f"{path}: end the name in {' or '.join(ENDINGS)}")
    if path.is_dir():
        raise UsageError(f"{path}: that is a folder")
    if not path.parent.is_dir():
        raise UsageError(f"{path}: there is no folder {path.parent}")
    if path.exists() and not may_replace:
        raise UsageError(f"{path} is there already: --force replaces it")


def export(warehouse: Warehouse, mart: str, path: Path) -> int:
    """Write every row of a mart to a file that is there whole or not at all; how many there were.

    Times are in UTC: in CSV as ISO 8601 with a Z, in Parquet to the microsecond. Missing values are
    empty cells and nulls, true and false are so called.

    Raises:
        OddsError: the file cannot be written; nothing is left of it.
    """
    write = _write_csv if path.suffix == ".csv" else _write_parquet
    try:
        with _beside(path) as temporary:
            rows = batches(warehouse, f"select * from {mart}")  # noqa: S608 - of the catalogue
            return write(rows, temporary)
    except OSError as error:
        raise OddsError(f"cannot write {path}: {error.strerror or error}") from error


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A file in the same folder that takes this name at the end, if it comes to one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        # as any other file one makes, and not only for oneself
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _write_parquet(tables: Iterator[pa.Table], path: Path) -> int:
    return write_parquet(path, tables)


def _write_csv(tables: Iterator[pa.Table], path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, table in enumerate(tables):
            if number == 0:
                writer.writerow(table.column_names)
            columns = [[_cell(value) for value in column.to_pylist()] for column in table.columns]
            writer.writerows(zip(*columns, strict=True))
            count += table.num_rows
    return count


def _cell(value: Any) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value
