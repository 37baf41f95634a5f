"""The files of a backup, and the list that says which they are: rows, bytes and sha256 of each."""

import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import orjson

from ingestion.archive.manifest import MANIFEST, file_sha256
from ingestion.durable import replaced
from ingestion.errors import UsageError
from ingestion.settings import Target

FORMAT = 1
PACKED = ".tar"


@dataclass(frozen=True)
class BackedUpFile:
    """One file as it was written; `rows` are null where it is no table."""

    rows: int | None
    bytes: int
    sha256: str


@dataclass(frozen=True)
class BackupList:
    """All that a backup is: of which engine, when, and its files by name."""

    made_at: datetime
    engine: Target
    files: Mapping[str, BackedUpFile]


def described(path: Path, rows: int | None) -> BackedUpFile:
    """A file as it is now."""
    return BackedUpFile(rows=rows, bytes=path.stat().st_size, sha256=file_sha256(path))


def write_list(folder: Path, listed: BackupList) -> None:
    """Write the list: the last file of a backup."""
    text = orjson.dumps({"format": FORMAT} | asdict(listed), option=orjson.OPT_INDENT_2)
    with replaced(folder / MANIFEST, folder / f".{MANIFEST}") as file:
        file.write(text)


@contextmanager
def opened(path: Path) -> Iterator[tuple[Path, BackupList]]:
    """The folder of a backup, unpacked where it is one file, and its list; all of it was checked.

    Raises:
        UsageError: it is no backup, or not whole, or was changed.
    """
    if path.is_dir():
        yield path, _checked(path, path)
        return
    if not path.is_file():
        raise UsageError(f"{path}: no such file or folder")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as unpacked:
        folder = Path(unpacked)
        try:
            with tarfile.open(path, "r:") as packed:
                packed.extractall(folder, filter="data")
        except tarfile.TarError as error:
            raise UsageError(f"{path}: no whole backup ({error})") from error
        yield folder, _checked(folder, path)


def _checked(folder: Path, named: Path) -> BackupList:
    listed = _read_list(folder, named)
    for name, file in listed.files.items():
        path = folder / name
        if not path.is_file():
            raise UsageError(f"{named}: {name} is missing, though {MANIFEST} lists it")
        if path.stat().st_size != file.bytes or file_sha256(path) != file.sha256:
            raise UsageError(f"{named}: {name} is damaged: it is not what {MANIFEST} tells of")
    return listed


def _read_list(folder: Path, named: Path) -> BackupList:
    try:
        told = orjson.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise UsageError(f"{named}: no whole backup: it has no {MANIFEST}") from None
    except ValueError:
        raise UsageError(f"{named}: {MANIFEST} is damaged") from None
    try:
        if told["format"] != FORMAT:
            raise UsageError(f"{named}: a backup of another version of the project")
        return BackupList(
            made_at=datetime.fromisoformat(told["made_at"]),
            engine=told["engine"],
            files={name: BackedUpFile(**file) for name, file in told["files"].items()},
        )
    except (ValueError, TypeError, AttributeError, KeyError):
        raise UsageError(f"{named}: {MANIFEST} is no list of a backup") from None
