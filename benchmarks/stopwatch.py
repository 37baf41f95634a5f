"""Seconds by step, wall and processor, and the peak of this process's memory."""

import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.settings import Settings
from ingestion.warehouse import connect

# Linux counts `ru_maxrss` in KiB, macOS in bytes
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
Seconds = dict[str, float]


@dataclass
class Stopwatch:
    """Adds up the steps it is told of; a step met again adds to itself."""

    processor_clock: Callable[[], float] = time.process_time
    wall: Seconds = field(default_factory=dict)
    processor: Seconds = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        wall, processor = time.perf_counter(), self.processor_clock()
        try:
            yield
        finally:
            wall, processor = time.perf_counter() - wall, self.processor_clock() - processor
            self.wall[name] = self.wall.get(name, 0.0) + wall
            self.processor[name] = self.processor.get(name, 0.0) + processor


def processor_clock(settings: Settings) -> Callable[[], float]:
    """A clock of the processor seconds of this process and, on Postgres, of the whole server.

    That is all its processes, past ones too. Where they cannot be seen (another machine, no /proc)
    the clock is of this process only.
    """
    if settings.odds_target == "duckdb":
        return time.process_time
    with connect(settings) as connection:
        ((backend,),) = connection.rows("select pg_backend_pid()")
        try:
            postmaster = _stat(backend)[1]
            _server_seconds(postmaster)
        except (OSError, ValueError, IndexError):
            return time.process_time
    return lambda: time.process_time() + _server_seconds(postmaster)


def _server_seconds(postmaster: int) -> float:
    ticks = sum(_stat(postmaster)[11:15])
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            # a process may end while we look
            with suppress(OSError, ValueError, IndexError):
                numbers = _stat(int(entry.name))
                if numbers[1] == postmaster:
                    ticks += sum(numbers[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[int]:
    """The fields of /proc/PID/stat after the name; the state counts as 0."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return [0, *map(int, fields[1:20])]


def peak_memory_mb() -> dict[str, float]:
    """The most memory that this process, and the largest of its finished children, ever held."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {"process": _own_peak_bytes() / 2**20, "children": children * _MAXRSS_UNIT / 2**20}


def _own_peak_bytes() -> int:
    """`VmHWM` where there is one: `ru_maxrss` starts at the size of whoever forked us."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MAXRSS_UNIT
