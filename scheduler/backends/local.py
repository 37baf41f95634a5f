"""The long-running worker: APScheduler calls `run_once` whenever something is due."""

import os
import signal
import threading
import time
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

JOB = "collect"
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
        self._collector = Collector(settings, clock=_now, sleep=self._sleep)
        self._stopping = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1)},
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
            self._at(_now())
            self._scheduler.start()
            log.info("the collector has started", process=os.getpid())
            self._watch_the_clock()
            self._scheduler.shutdown(wait=False)
            if not self._idle.wait(PATIENCE_SECONDS):
                # as after a power cut: the next start finishes what this one was at
                log.warning("stopped in the middle of a job")
                os._exit(0)
            log.info("the collector has stopped")

    def _collect(self) -> None:
        self._idle.clear()
        wait = RETRY
        try:
            report = self._collector.run_once()
            wait = report.wait
            log.info("next", at=report.next_at.isoformat(), what=report.next_reason)
        except OddsError as error:
            log.error("could not collect", error=str(error))  # noqa: TRY400 - one line says it
            self._tell(str(error))
        except Exception as error:
            log.exception("could not collect")
            self._tell(f"{type(error).__name__}: {error}")
        finally:
            self._idle.set()
        if not self._stopping.is_set():
            self._at(_now() + min(wait, HEARTBEAT))

    def _at(self, moment: datetime) -> None:
        self._scheduler.add_job(
            self._collect, "date", run_date=moment, id=JOB, replace_existing=True
        )

    def _tell(self, error: str) -> None:
        title = "odds: the collector cannot work"
        notify(self._settings, key="collector", title=title, body=error, now=_now())

    def _watch_the_clock(self) -> None:
        """Wait for the end; where the clock is set, look at once what is due now."""
        drift = time.time() - time.monotonic()
        while not self._stopping.wait(WATCH_SECONDS):
            new_drift = time.time() - time.monotonic()
            if abs(new_drift - drift) > CLOCK_JUMP_SECONDS and self._idle.is_set():
                log.warning("the clock was set", seconds=round(new_drift - drift))
                drift = new_drift
                self._at(_now())

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        log.info("stopping", signal=signal.Signals(number).name)
        self._collector.stop()
        self._stopping.set()

    def _sleep(self, seconds: float) -> None:
        self._stopping.wait(seconds)


def _now() -> datetime:
    return datetime.now(UTC)
