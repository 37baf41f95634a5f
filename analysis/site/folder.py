"""The folder of a site: made whole beside the old one, then put in its place at once."""

import ctypes
import glob
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

MARKER: Final = ".odds-site.json"
# no build takes so long
DEAD_SECONDS: Final = 3600.0
_EXCHANGE, _THIS_FOLDER = 2, -100


class NotOursError(Exception):
    """A folder holds something that is not a site of ours."""


def read_marker(folder: Path) -> dict[str, Any]:
    """What the last build left in the folder; empty where there was none.

    Raises:
        NotOursError: there are other things in it, or it is no folder.
    """
    if not folder.exists():
        return {}
    if not folder.is_dir():
        raise NotOursError(f"{folder} is a file, not a folder")
    marker = folder / MARKER
    if not marker.exists():
        if any(folder.iterdir()):
            raise NotOursError(f"{folder} is not empty and was not made by `odds site build`")
        return {}
    try:
        found = json.loads(marker.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@contextmanager
def replaced(folder: Path, marker: dict[str, Any]) -> Iterator[Path]:
    """An empty folder to fill, which then takes the place of the old one; on failure nothing does.

    Raises:
        NotOursError: there are other things in the folder.
        OSError: it cannot be written.
    """
    read_marker(folder)
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    made = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        made.chmod(0o755)
        # it says from the beginning whose it is, and so can be swept away if we die
        (made / MARKER).write_text(json.dumps(marker), encoding="utf-8")
        yield made
        # somebody may have put something there meanwhile
        read_marker(folder)
        _swap(made, folder)
    finally:
        # by now it holds what was there before
        shutil.rmtree(made, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove what builds that died left beside the folder."""
    for left in folder.parent.glob(f".{glob.escape(folder.name)}-*"):
        marker = left / MARKER
        if marker.is_file() and time.time() - marker.stat().st_mtime > DEAD_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _swap(made: Path, folder: Path) -> None:
    """Put one folder in the place of another, so that at no moment there is none."""
    if not folder.exists():
        made.rename(folder)
    elif not _exchanged(made, folder):
        # where the system cannot exchange two folders there is none for an instant
        old = made.with_name(f"{made.name}-old")
        folder.rename(old)
        made.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


def _exchanged(made: Path, folder: Path) -> bool:
    """Whether the system could exchange them; Python has no function for it."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if sys.platform == "linux" else None
    if rename is None:
        return False
    names = (os.fsencode(made), os.fsencode(folder))
    failed = rename(_THIS_FOLDER, names[0], _THIS_FOLDER, names[1], _EXCHANGE)
    return not failed
