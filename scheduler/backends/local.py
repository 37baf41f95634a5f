"""The long-running worker: APScheduler makes the calls that are due, and builds beside them."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from ingestion.errors import OddsError
from ingestion.settings import Settings
from scheduler.collector import Collector
from scheduler.collector_lock import machine_lock
from scheduler.notices import notify

log = structlog.get_logger(__name__)

COLLECT, BUILD = "collect", "build"
# at least so often it looks at the warehouse again, and leaves a sign of life
HEARTBEAT = timedelta(minutes=5)
RETRY = timedelta(seconds=60)
# a container gets ten seconds to end
PATIENCE_SECONDS = 8.0
WATCH_SECONDS = 1.0
CLOCK_JUMP_SECONDS = 5.0


class Worker:
    """Collects until it is told to stop; all that must last is in the warehouse and on disk."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._collector = Collector(settings, clock=_now, sleep=self._sleep, is_wall_clock=True)
        self._stopping = threading.Event()
        self._idle = {COLLECT: threading.Event(), BUILD: threading.Event()}
        for idle in self._idle.values():
            idle.set()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            # no call waits for a build, however long it takes
            executors={COLLECT: ThreadPoolExecutor(1), BUILD: ThreadPoolExecutor(1)},
            # a run that comes late does all that is due by then: it is never skipped or doubled
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def run(self) -> None:
        """Collect until SIGTERM or Ctrl-C; ends within ten seconds of it.

        Raises:
            OddsError: another collector works with the same data folder.
        """
        with machine_lock(self._settings):
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._stop)
            self._at(_now(), COLLECT)
            self._scheduler.start()
            log.info("the collector has started", process=os.getpid())
            self._watch_the_clock()
            self._scheduler.shutdown(wait=False)
            deadline = time.monotonic() + PATIENCE_SECONDS
            if not all(idle.wait(deadline - time.monotonic()) for idle in self._idle.values()):
                # as after a power cut: the next start finishes what this one was at
                log.warning("stopped in the middle of a job")
                os._exit(0)
            log.info("the collector has stopped")

    def _collect(self) -> None:
        wait = RETRY
        with self._at_work(COLLECT):
            report = self._collector.collect()
            wait = report.wait
            log.info("next", at=f"{report.next_at:%Y-%m-%d %H:%M:%S} UTC", what=report.next_reason)
        if not self._stopping.is_set():
            self._at(_now() + min(wait, HEARTBEAT), COLLECT)
            self._see_to_builds(at_least=timedelta(0))

    def _build(self) -> None:
        wait = RETRY
        with self._at_work(BUILD):
            if self._collector.build():
                wait = timedelta(0)
        if not self._stopping.is_set():
            self._see_to_builds(at_least=wait)
            if not wait:
                # news may make more due
                self._at(_now(), COLLECT)

    def _see_to_builds(self, *, at_least: timedelta) -> None:
        """Have the builder work when it has something to do, if it is not at work."""
        due_at = self._collector.builder.next_at()
        if due_at is not None and not self._collector.builder.is_at_work:
            self._at(max(due_at, _now() + at_least), BUILD)

    @contextmanager
    def _at_work(self, job: str) -> Iterator[None]:
        """Nothing that goes wrong ends the worker; it is logged and told."""
        self._idle[job].clear()
        try:
            yield
        except OddsError as error:
            log.error(f"could not {job}", error=str(error))  # noqa: TRY400 - one line says it
            self._tell(str(error))
        except Exception as error:
            log.exception(f"could not {job}")
            self._tell(f"{type(error).__name__}: {error}")
        finally:
            self._idle[job].set()

    def _at(self, moment: datetime, job: str) -> None:
        work = {COLLECT: self._collect, BUILD: self._build}[job]
        self._scheduler.add_job(
            work, "date", run_date=moment, id=job, executor=job, replace_existing=True
        )

    def _tell(self, error: str) -> None:
        title = "odds: the collector cannot work"
        notify(self._settings, key="collector", title=title, body=error, now=_now())

    def _watch_the_clock(self) -> None:
        """Wait for the end; where the clock is set, look at once what is due now."""
        drift = time.time() - time.monotonic()
        while not self._stopping.wait(WATCH_SECONDS):
            new_drift = time.time() - time.monotonic()
            if abs(new_drift - drift) > CLOCK_JUMP_SECONDS and self._idle[COLLECT].is_set():
                log.warning("the clock was set", seconds=round(new_drift - drift))
                drift = new_drift
                self._at(_now(), COLLECT)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        log.info("stopping", signal=signal.Signals(number).name)
        self._collector.stop()
        self._stopping.set()

    def _sleep(self, seconds: float) -> None:
        self._stopping.wait(seconds)


def _now() -> datetime:
    return datetime.now(UTC)
