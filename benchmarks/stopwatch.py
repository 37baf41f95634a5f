"""Seconds by step, wall and processor, and the peak of this process's memory."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Stopwatch:
    """Adds up the steps it is told of; a step met again adds to itself.

    `processor` counts this process and its threads only, so on Postgres not the server.
    """

    wall: dict[str, float] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        wall, processor = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.add(
                name,
                wall=time.perf_counter() - wall,
                processor=time.process_time() - processor,
            )

    def add(self, name: str, *, wall: float, processor: float = 0.0) -> None:
        """Count seconds that something else measured."""
        self.wall[name] = self.wall.get(name, 0.0) + wall
        self.processor[name] = self.processor.get(name, 0.0) + processor

    def as_dict(self) -> dict[str, Any]:
        """Both clocks, as plain data."""
        return asdict(self)


def peak_memory_mb() -> dict[str, float]:
    """The most memory that this process, and the largest of its finished children, ever held."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {"process": _own_peak_bytes() / 2**20, "children": children * _UNIT / 2**20}


# Linux counts in KiB, macOS in bytes
_UNIT = 1 if sys.platform == "darwin" else 1024


def _own_peak_bytes() -> int:
    """`VmHWM` where there is one: `ru_maxrss` starts from the size of the process that forked us."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
