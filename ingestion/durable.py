"""Files that get their name only once they are safe on disk."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


@contextmanager
def replaced(
    path: Path, unfinished: Path, *, check: Callable[[Path], None] = lambda _: None
) -> Iterator[IO[bytes]]:
    """A file to write; after the block it is whole under its name, also if the machine dies then.

    First the bytes are synced, then the file gets its name, then the folder that holds the name is
    synced: in another order a crash may leave a name without its bytes, or bytes without a name.

    Args:
        path: the name; a file that has it already stays until then.
        unfinished: the name until then, in the same file system; gone if anything fails.
        check: is given the whole file, and raises if it will not do.
    """
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        check(unfinished)
        unfinished.replace(path)
        sync_folder(path.parent)
    finally:
        # of a full disk: what could not be written is no file that somebody should find
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def sync_file(path: Path) -> None:
    """Make the bytes of a file survive a crash of the machine."""
    sync_folder(path)  # to the system a folder is a file


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a crash of the machine."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
