"""Recordings to measure with: real ones where they are, else a simulated one."""

import gzip
import lzma
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import zstandard

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "recordings"
_RECEIVED_AT = re.compile(rb'"received_at":"([^"]+)"')
_HEAD_BYTES = 2_000


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a recording, decompressed while they are read."""
    openers: dict[str, Any] = {
        ".xz": lzma.open,
        ".gz": gzip.open,
        ".zst": zstandard.open,
        ".jsonl": open,
    }
    with openers[path.suffix](path, "rb") as file:
        yield file


def last_moment(path: Path) -> str:
    """The latest `received_at` of a recording, from which its board is looked at."""
    with opened(path) as file:
        found = (_RECEIVED_AT.search(line[:_HEAD_BYTES]) for line in file)
        return max(match.group(1).decode() for match in found if match)
