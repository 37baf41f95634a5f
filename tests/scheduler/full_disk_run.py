"""Writes job rows until the disk is full, and for a while after: a process that may die of it."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from ingestion.errors import OddsError
from ingestion.settings import Settings, load_settings
from scheduler.agenda import Entry
from scheduler.job_log import JobLog
from scheduler.journal import Journal

ENTRY = Entry(datetime(2026, 2, 1, tzinfo=UTC), "heartbeat", "x" * 2000)


def settings_in(disk: Path) -> Settings:
    return load_settings(
        odds_target="duckdb",
        odds_data_dir=disk / "data",
        odds_duckdb_path=disk / "data" / "warehouse.duckdb",
    )


def fill(disk: Path, *, leave: int) -> None:
    """Fill a disk up but for some bytes."""
    with (disk / "fill").open("ab", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            os.ftruncate(file.fileno(), max(file.tell() - leave, 0))


def run(disk: Path, *, leave: int) -> None:
    settings = settings_in(disk)
    journal = Journal(settings)
    jobs = JobLog(settings, journal, now=lambda: datetime.now(UTC))
    fill(disk, leave=leave)
    for _ in range(3):
        with journal.holding():
            for _ in range(200):
                try:
                    jobs.note(ENTRY, status="ok")
                except OddsError:
                    break
                sys.stdout.write(f"wrote {jobs.runs[-1].job_id}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    run(Path(sys.argv[1]), leave=int(sys.argv[2]))
