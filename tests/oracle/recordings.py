"""Recording files read line by line."""

import lzma
from collections.abc import Iterator
from pathlib import Path

import orjson

from tests.oracle.responses import Line


def read_recording(path: Path) -> Iterator[Line]:
    """Yield the lines of a `.jsonl` or `.jsonl.xz` recording."""
    with lzma.open(path) if path.suffix == ".xz" else path.open("rb") as file:
        for raw in file:
            yield orjson.loads(raw)
