"""Recordings to measure with: real ones where they are, else a simulated one."""

import gzip
import lzma
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import zstandard

from simulator.options import SeasonOptions
from simulator.recording import write_recording
from simulator.season import Season

REAL = Path(__file__).resolve().parents[2] / "shared/data/recordings/nfl_2025_sep_nov.jsonl.xz"
SIMULATED_GAMES = 1230
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


@contextmanager
def a_recording(asked: Path | None) -> Iterator[Path]:
    """The recording asked for, else the real one, else, with a message, a simulated season."""
    if asked is not None or REAL.is_file():
        yield asked or REAL
        return
    print(f"no {REAL.name} here: a simulated season instead", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="odds-benchmark-") as folder:
        path = Path(folder) / "simulated_season.jsonl.xz"
        write_recording(Season(SeasonOptions(games=SIMULATED_GAMES)), path, has_scores=False)
        yield path
