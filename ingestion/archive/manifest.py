"""The list that an archive keeps of its own files, and the lock of whoever writes to it."""

import fcntl
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import rmtree

import orjson

from ingestion.durable import replaced
from ingestion.errors import OddsError, UsageError

MANIFEST = "manifest.json"
UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class ArchivedFile:
    """One file as it was when it was written: how many rows, which ones, how many bytes, which."""

    rows: int
    ids_md5: str
    bytes: int
    sha256: str


Manifest = Mapping[str, ArchivedFile]


def read_manifest(folder: Path) -> Manifest:
    """The files of an archive by name; none where the folder has no list.

    Raises:
        UsageError: the list is broken.
    """
    path = folder / MANIFEST
    try:
        return {
            name: ArchivedFile(**entry) for name, entry in orjson.loads(path.read_bytes()).items()
        }
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{path}: not a list of archived files; delete it, and the next export makes it again"
        ) from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the list; a crash leaves the old one or the new one."""
    entries = {name: asdict(entry) for name, entry in sorted(manifest.items())}
    text = orjson.dumps(entries, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    unfinished = folder / UNFINISHED / MANIFEST
    with replaced(folder / MANIFEST, unfinished) as file:
        file.write(text)


def file_sha256(path: Path) -> str:
    """The sha256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def writing_alone(folder: Path, *, named_by: str = "ODDS_ARCHIVE_DIR or --to") -> Iterator[None]:
    """Make the folder, keep other writers out, and clear away what is left unfinished.

    Args:
        folder: where copies are kept; what is not finished lies in its `UNFINISHED`.
        named_by: how a person names another folder.

    Raises:
        OddsError: another process writes there, or nothing can be written.
    """
    unfinished = folder / UNFINISHED
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise OddsError(
                    f"another process writes to {folder}: run this again after it"
                ) from None
            rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            try:
                yield
            finally:
                rmtree(unfinished, ignore_errors=True)
    except OSError as error:
        raise OddsError(
            f"cannot write to {folder}: {error.strerror or error}; "
            f"give it a writable place with free space, in {named_by}"
        ) from error
