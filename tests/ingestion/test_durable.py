"""What is kept on disk has survived a crash of the machine once it is said to be kept."""

import os
from collections.abc import Callable
from pathlib import Path
from stat import S_ISDIR

import pytest

from ingestion.durable import replaced
from ingestion.spool import Spool
from scheduler.journal import Journal, Row
from tests.conftest import MakeResponse, duckdb_settings

Write = Callable[[], object]


def spool_write(folder: Path, make_response: MakeResponse) -> Write:
    spool, response = Spool(folder / "spool"), make_response()
    return lambda: spool.write(response)


def journal_write(folder: Path, make_response: MakeResponse) -> Write:
    journal = Journal(duckdb_settings(folder))
    journal.is_reachable = False
    return lambda: journal.write(Row("credit_reservations", {"reservation_id": "r"}))


def plain_write(folder: Path, make_response: MakeResponse) -> Write:
    def write() -> None:
        with replaced(folder / "name", folder / "unfinished") as file:
            file.write(b"bytes")

    return write


@pytest.mark.parametrize("how", [spool_write, journal_write, plain_write])
def test_bytes_are_safe_before_the_name_and_the_name_before_the_return(
    how: Callable[[Path, MakeResponse], Write],
    tmp_path: Path,
    make_response: MakeResponse,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write = how(tmp_path, make_response)
    done: list[str] = []
    sync, rename = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        status = os.fstat(descriptor)
        done.append("folder" if S_ISDIR(status.st_mode) else f"file of {status.st_size} bytes")
        sync(descriptor)

    def renamed(path: Path, to: Path) -> Path:
        done.append(f"name for {path.stat().st_size} bytes")
        return rename(path, to)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    write()
    (kept,) = (path for path in tmp_path.rglob("*") if path.is_file())
    size = kept.stat().st_size
    assert size > 0
    assert done == [f"file of {size} bytes", f"name for {size} bytes", "folder"]


def test_what_cannot_be_finished_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path, unfinished = tmp_path / "name", tmp_path / "unfinished"
    path.write_bytes(b"before")

    def broken(_: Path) -> None:
        raise ValueError

    with pytest.raises(ValueError), replaced(path, unfinished, check=broken) as file:  # noqa: PT011
        file.write(b"after")
    assert path.read_bytes() == b"before"
    assert not unfinished.exists()
