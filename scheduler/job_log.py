"""Every run of every job leaves a row in `ops.job_runs`, whatever becomes of it."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from time import perf_counter

import structlog

from ingestion.failures import explanation
from ingestion.logs import redactor_for
from ingestion.settings import Settings
from scheduler.agenda import Entry, Job
from scheduler.journal import Journal, Row

log = structlog.get_logger(__name__)

TABLE = "job_runs"
_DONE = {"build": "built", "test": "ran the data tests"}
BURY = """
update ops.job_runs
set status = 'died', error = 'the process ended before the job did'
where status = 'running'
returning job_id
"""


@dataclass
class Running:
    """A job under way; what it costs is added, and what it is said, as it becomes known."""

    job_id: str
    credits: int | None = None
    reason: str | None = None

    def spend(self, credits_: int) -> None:
        """Add what an attempt cost."""
        self.credits = (self.credits or 0) + credits_


@dataclass(frozen=True)
class JobRun:
    """One row; `credits` are those charged, or the estimate where the API did not tell."""

    job_id: str
    run_id: str
    job: Job
    sport_key: str | None
    due_at: datetime | None
    started_at: datetime
    ended_at: datetime | None = None
    status: str = "running"
    reason: str | None = None
    credits: int | None = None
    error: str | None = None


class JobLog:
    """The jobs of one `run_once`."""

    def __init__(
        self, settings: Settings, journal: Journal, *, now: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._journal = journal
        self._now = now
        self.run_id = uuid.uuid4().hex
        self.runs: list[JobRun] = []

    def bury_the_dead(self) -> int:
        """Say of jobs that a dead process left behind that they died; returns how many."""
        if not self._journal.is_reachable:
            return 0
        with self._journal.connected() as connection:
            return len(connection.rows(BURY))

    @contextmanager
    def job(self, entry: Entry) -> Iterator[Running]:
        """Run one job; a failure is written down and logged, and goes no further."""
        run = self._started(entry)
        self._write(run)
        running = Running(run.job_id)
        began = perf_counter()
        error: str | None = None
        try:
            yield running
        except Exception as failure:  # noqa: BLE001 - one job must not end the others
            error = self._explained(failure)
            log.warning("job failed", job=entry.job, sport=entry.sport_key, error=error)
        done = replace(
            run,
            ended_at=self._now(),
            status="failed" if error else "ok",
            reason=running.reason or run.reason,
            credits=running.credits,
            error=error,
        )
        self.runs.append(done)
        self._write(done)
        # what was fetched is told where the answer comes
        if error is None and entry.job in _DONE:
            log.info(_DONE[entry.job], what=done.reason, seconds=round(perf_counter() - began, 1))

    def note(self, entry: Entry, *, status: str, reason: str | None = None) -> None:
        """Write down something that took no time."""
        run = self._started(entry)
        reason = reason or entry.reason
        done = replace(run, ended_at=run.started_at, status=status, reason=reason)
        self.runs.append(done)
        self._write(done)

    def _started(self, entry: Entry) -> JobRun:
        return JobRun(
            job_id=uuid.uuid4().hex,
            run_id=self.run_id,
            job=entry.job,
            sport_key=entry.sport_key,
            due_at=entry.due_at,
            started_at=self._now(),
            reason=entry.reason,
        )

    def _write(self, run: JobRun) -> None:
        self._journal.write(Row(TABLE, asdict(run)))

    def _explained(self, failure: Exception) -> str:
        known = explanation(failure, self._settings)
        if known is None:
            log.exception("a job failed in an unforeseen way")
            known_text = f"{type(failure).__name__}: {failure}"
        else:
            known_text = str(known)
        return " ".join(redactor_for(self._settings)(known_text).split())
