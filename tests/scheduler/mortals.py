"""A process whose children collect, as on a machine of another day, until somebody kills them.

For each line on stdin it forks a child: JSON with `environment`, by which the child finds its
warehouse and the API, `clock_offset`, the seconds its clock is from the real one, and `work`:
`run-once` or `start`, what `odds scheduler` of that name does. It answers with the child's process
id, then with how it ended: its exit status, or the signal that killed it, negative.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from apscheduler.executors import base as executors
from apscheduler.schedulers import base as schedulers

from ingestion.settings import Settings, load_settings
from scheduler.backends import local
from scheduler.collector import Collector
from scheduler.transformation import Transformation
from tests.parsed_once import share_what_is_parsed

Clock = Callable[[], datetime]


def main() -> None:
    share_what_is_parsed()
    for line in sys.stdin:
        order = json.loads(line)
        os.environ.clear()
        os.environ.update(order["environment"])
        # parsed once here is quicker than in every child
        transformation = Transformation(load_settings())
        with transformation._environment(None):
            transformation._project()
        child = os.fork()
        if child == 0:
            work(order["work"], timedelta(seconds=order["clock_offset"]))
            os._exit(0)
        answer(child)
        _, status = os.waitpid(child, 0)
        answer(os.waitstatus_to_exitcode(status))


def answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def work(kind: str, offset: timedelta) -> None:
    # what it says of itself is nothing for the one who reads the answers
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

    def now() -> datetime:
        return datetime.now(UTC) + offset

    settings = load_settings()
    if kind == "run-once":
        Collector(settings, clock=now, sleep=time.sleep).run_once()
        return
    local._now = now
    local.Collector = _without_wall_clock  # type: ignore[assignment, misc]
    # APScheduler waits by its own clock
    clock: Any = _clock_of(offset)
    schedulers.datetime = executors.datetime = clock
    local.Worker(settings).run()


def _without_wall_clock(
    settings: Settings,
    *,
    clock: Clock,
    sleep: Callable[[float], None],
    is_wall_clock: bool,
) -> Collector:
    return Collector(settings, clock=clock, sleep=sleep)


def _clock_of(offset: timedelta) -> type[datetime]:
    class OfAnotherDay(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + offset

    return OfAnotherDay


if __name__ == "__main__":
    main()
