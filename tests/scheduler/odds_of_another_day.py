"""`odds` as on a machine whose clock is so many seconds from the real time: the first argument."""

import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import cli.session
from scheduler.backends import local
from scheduler.collector import Collector

if __name__ == "__main__":
    offset = timedelta(seconds=float(sys.argv.pop(1)))
    at = local.Worker._at

    def now() -> datetime:
        """The wall clock of another day."""
        return datetime.now(UTC) + offset

    def collector(*args: Any, **options: Any) -> Collector:
        """A collector that tells the warehouse the time, whose own clock is of today."""
        return Collector(*args, **{**options, "is_wall_clock": False})

    def at_once_or_later(worker: local.Worker, moment: datetime, job: str) -> None:
        """What is to be done at a moment of the other day, by the scheduler's clock."""
        at(worker, moment - offset, job)

    cli.session.now = now
    local._now = now
    local.Collector = collector  # type: ignore[assignment,misc]
    local.Worker._at = at_once_or_later  # type: ignore[method-assign]
    from cli.main import main

    main(sys.argv[1:])
