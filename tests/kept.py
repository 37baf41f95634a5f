"""What takes long to make and is the same each time: made once, for all workers and later runs.

It is kept under `target/kept`, in a folder named by a hash of all that it can depend on: the code,
the dbt project, the pinned versions, what tests share, and a quarter of a day, as warehouses note
when they were built. A test of making itself must not ask
here.
"""

import fcntl
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from ingestion.settings import PROJECT_DIR

KEPT = PROJECT_DIR / "target" / "kept"
PACKAGES = ("analysis", "cli", "ingestion", "scheduler", "simulator", "dbt_project", "tests")
FILES = ("dbt_project.yml", "profiles.yml", "requirements.lock")
# another run may still be at work on the code as it was before
STATES_KEPT = 3
Make = Callable[[Path], object]


def kept(name: str, make: Make) -> Path:
    """A folder that `make` filled, now or before; to be copied from, never to be written to.

    Args:
        name: of this folder among all of the same code.
        make: fills an empty folder; what it reads beyond the code must be part of the name.
    """
    place = _folder_of_this_code() / name
    with place.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            unfinished = Path(tempfile.mkdtemp(dir=place.parent, prefix=f"{name}."))
            try:
                make(unfinished)
                # the name appears when all is there: who dies before that leaves nothing in the way
                unfinished.rename(place)
            except BaseException:
                shutil.rmtree(unfinished)
                raise
    return place


def file_of(make: Callable[..., object]) -> str:
    """Of a function in a test module: a hash of that module, to be part of a name."""
    return _hash_of([Path(make.__code__.co_filename)])


@cache
def _folder_of_this_code() -> Path:
    now = datetime.now(UTC)
    folder = KEPT / f"{_hash_of(_sources())}-{now:%d}-{now.hour // 6}"
    folder.mkdir(parents=True, exist_ok=True)
    folder.touch()
    states = sorted(KEPT.iterdir(), key=lambda state: state.stat().st_mtime, reverse=True)
    for old in states[STATES_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


def _sources() -> Iterator[Path]:
    yield from (PROJECT_DIR / name for name in FILES)
    for package in PACKAGES:
        for path in sorted((PROJECT_DIR / package).rglob("*")):
            is_test = package == "tests" and path.name.startswith("test_")
            if path.is_file() and path.suffix not in (".pyc", ".md") and not is_test:
                yield path


def _hash_of(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256(f"{sys.version} {PROJECT_DIR}\n".encode())
    for path in paths:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(PROJECT_DIR)} {content}\n".encode())
    return digest.hexdigest()[:16]
