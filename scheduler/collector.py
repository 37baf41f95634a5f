"""The collector: does what is due now. A worker, cron and a serverless function all call it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from ingestion.demo_data import demo_in_the_way, is_of_a_demo
from ingestion.settings import Settings
from ingestion.warehouse import exists
from scheduler.agenda import DAILY_JOBS, Collection, Entry, agenda
from scheduler.alert_router import route
from scheduler.api_clock import ApiClock
from scheduler.budget import Budget, month_of
from scheduler.builder import Builder
from scheduler.collector_lock import hold_server_lock
from scheduler.job_log import JobLog, JobRun
from scheduler.jobs import Jobs
from scheduler.journal import Journal
from scheduler.ledger import FREE_PLAN, Ledger
from scheduler.missed_log import MissedLog
from scheduler.next_calls import NextCalls, next_calls
from scheduler.notices import notify
from scheduler.state import Memory, State, is_build_behind, read_state

log = structlog.get_logger(__name__)

# news can make more due, an announced game its first look; more rounds than that would be a loop
MOST_ROUNDS = 4
# games are asked for daily at least: there is always something next
HORIZON = timedelta(hours=25)
# free news first: it may move what is paid for, and tells whether our clock is right
ORDER = ("fetch-events", "fetch-odds", "fetch-scores", *DAILY_JOBS)
AWAY_RETRY = timedelta(seconds=60)


@dataclass(frozen=True)
class RunReport:
    """What one run did, and when the next one is due, by the API's clock."""

    run_id: str
    started_at: datetime
    ended_at: datetime
    jobs: tuple[JobRun, ...]
    next_at: datetime
    next_reason: str

    @property
    def is_well(self) -> bool:
        """Whether no job failed."""
        return all(job.status != "failed" for job in self.jobs)

    @property
    def wait(self) -> timedelta:
        """How long after its end the next run is due."""
        return max(self.next_at - self.ended_at, timedelta(0))


class Collector:
    """Plans, pays, fetches, lands and builds; derives what is due from the warehouse alone.

    What it keeps in memory only saves time: a new process goes on where a dead one stopped. While
    the warehouse is away it goes on from what it remembers, and keeps what comes on disk.

    `run_once` does all that is due, one thing after the other. A worker has two threads instead,
    one that calls `collect` and one that calls `build`, so that no call waits for a build.

    Args:
        settings: what to collect, and where to.
        clock: the time, with a zone; the API's `Date` corrects it.
        sleep: waits so many seconds between two attempts of a call.
        is_wall_clock: whether the clock is that of the machine, by which views are read, too.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        is_wall_clock: bool = False,
    ) -> None:
        self._settings = settings
        self.collection = Collection.of(settings)
        self._clock = ApiClock(clock, is_wall_clock=is_wall_clock)
        self._journal = Journal(settings)
        self._memory = Memory(settings)
        self._ledger = Ledger(
            self._journal, now=self._clock.now, granted=settings.odds_monthly_credits
        )
        self._sleep = sleep
        self.builder = Builder(settings, clock=self._clock)
        self._jobs = Jobs(
            settings,
            self.collection,
            self._ledger,
            self.builder,
            clock=self._clock,
            sleep=self._pause,
        )
        self._missed = MissedLog(self._journal, self.collection)
        self._next_calls = NextCalls(settings)
        self._refusals_said: set[tuple[object, ...]] = set()
        self._is_first_run = True
        self._is_stopping = False

    def stop(self) -> None:
        """Let a run that is under way end after the job it is at."""
        self._is_stopping = True
        self.builder.stop()

    def plan(self, *, days: int) -> tuple[State, list[Entry]]:
        """What the warehouse says, and what would be done in the next days; changes nothing."""
        now = self._clock.now()
        if not exists(self._settings):
            state = State(
                Budget(self._settings.odds_monthly_credits or FREE_PLAN, 0, month_of(now))
            )
        else:
            with self._journal.holding(), self._journal.connected() as connection:
                state = read_state(connection, self._ledger.budget(), now=now)
        return state, agenda(state, self.collection, now=now, until=now + timedelta(days=days))

    def run_once(self) -> RunReport:
        """Do everything that is due now: make the calls, then build.

        Raises:
            OddsError: nothing can be written down, or another collector is at work; what was
                fetched until then is on disk.
        """
        return self._run(is_building=True)

    def collect(self) -> RunReport:
        """Make the calls that are due, and leave to `build` what is to be built.

        Raises:
            OddsError: as `run_once`.
        """
        return self._run(is_building=False)

    def build(self) -> bool:
        """Do what `collect` left to be built; may run beside it. Returns whether that was possible.

        Raises:
            OddsError: nothing can be written down.
        """
        journal = Journal(self._settings)
        if not journal.can_reach():
            return False
        self.builder.work(JobLog(self._settings, journal, now=self._clock.now))
        return True

    def _run(self, *, is_building: bool) -> RunReport:
        with self._journal.holding():
            jobs = JobLog(self._settings, self._journal, now=self._clock.now)
            started_at = self._clock.now()
            self._recover(jobs)
            state = self._state()
            for _ in range(MOST_ROUNDS):
                self._note_next_calls(state)
                is_anything_done = self._make_calls(jobs, state)
                if is_building and self._journal.is_reachable:
                    if is_anything_done:
                        # a build takes its time, and what was called for is not late meanwhile
                        self._note_next_calls(self._state())
                    is_anything_done |= self.builder.work(jobs)
                if not is_anything_done:
                    break
                state = self._state()
            self._note_what_was_missed(state, jobs)
            next_at, next_reason = self._next(state, is_building=is_building)
            self._beat(jobs, started_at, next_at, next_reason)
            self._tell()
        return RunReport(
            run_id=jobs.run_id,
            started_at=started_at,
            ended_at=self._clock.now(),
            jobs=tuple(jobs.runs),
            next_at=next_at,
            next_reason=next_reason,
        )

    def _pause(self, seconds: float) -> None:
        with self._journal.letting_go():
            self._sleep(seconds)

    def _recover(self, jobs: JobLog) -> None:
        """Take up what a dead process or an outage left behind."""
        if self._journal.is_reachable:
            with self._journal.connected() as connection:
                hold_server_lock(connection)
                if self._is_first_run and is_of_a_demo(connection):
                    raise demo_in_the_way(self._settings)
        in_flight = self._ledger.open()
        if not self._journal.is_reachable:
            return
        # later on, a job that runs is one of this process
        died = jobs.bury_the_dead() if self._is_first_run else 0
        if in_flight or died:
            log.warning("a process died at work", calls_in_flight=in_flight, jobs=died)
        self._jobs.land_leftovers(jobs)
        if self._is_first_run:
            self._is_first_run = False
            with self._journal.connected() as connection:
                if is_build_behind(connection):
                    self.builder.landed(are_results_new=True)

    def _make_calls(self, jobs: JobLog, state: State) -> bool:
        """Make the calls that are due, and have daily jobs done; returns whether any was made."""
        now = self._clock.now()
        # one call answers all that is due of its kind: what is paid for, and a close, come first
        due: dict[tuple[str, str | None], Entry] = {}
        entries = agenda(state, self.collection, now=now, until=now)
        for entry in sorted(
            entries, key=lambda each: (each.refused is not None, not each.is_close)
        ):
            if entry.due_at <= now and self._jobs.retries.may_run_at(entry) <= now:
                due.setdefault((entry.job, entry.sport_key), entry)
        is_anything_done = False
        for entry in sorted(due.values(), key=lambda entry: ORDER.index(entry.job)):
            if self._is_stopping:
                return False
            if entry.refused:
                self._refuse(entry, jobs)
            elif entry.job.startswith("fetch"):
                is_anything_done = True
                if self._jobs.fetch(entry, jobs, state):
                    break  # our clock was wrong, and so was what seemed due
            else:
                self.builder.ask(entry)
        return is_anything_done

    def _state(self) -> State:
        """What the warehouse says; what is remembered and on disk where it is away."""
        now = self._clock.now()
        state = self._read_state(now)
        return state.without_future(now) if self._clock.is_agreed(now) else state

    def _read_state(self, now: datetime) -> State:
        if self._journal.is_reachable:
            with self._journal.away_if_it_fails(), self._journal.connected() as connection:
                state = read_state(connection, self._ledger.budget(), now=now)
                self._memory.keep(state)
                return state
        remembered = self._memory.recall()
        if remembered is not None:
            self._ledger.remember(remembered.budget)
        known = remembered or State(self._ledger.budget())
        spooled = (kept.response for kept in self._jobs.landing.spool.read())
        return replace(known, budget=self._ledger.budget()).with_responses(spooled)

    def _refuse(self, entry: Entry, jobs: JobLog) -> None:
        """Say once a day what is not paid for."""
        self._missed.refused(entry)
        said = (entry.job, entry.sport_key, entry.reason, entry.refused, entry.due_at.date())
        if said not in self._refusals_said:
            self._refusals_said.add(said)
            jobs.note(entry, status="refused", reason=f"{entry.reason}: {entry.refused}")

    def _note_next_calls(self, state: State) -> None:
        """Write down what is due next, for whoever asks while this process is at work."""
        now, offset = self._clock.now(), self._clock.offset
        calls = next_calls(
            agenda(state, self.collection, now=now, until=now + HORIZON),
            state,
            [call.later(offset) for call in self._next_calls.read()],
            may_run_at=self._jobs.retries.may_run_at,
            now=now,
        )
        self._next_calls.keep(call.later(-offset) for call in calls)

    def _note_what_was_missed(self, state: State, jobs: JobLog) -> None:
        """Write down what was due and never made, once an answer has told what time it is."""
        now = self._clock.now()
        if self._clock.is_agreed(now):
            jobs.runs += self._missed.look(state, run_id=jobs.run_id, now=now)

    def _next(self, state: State, *, is_building: bool) -> tuple[datetime, str]:
        """When something is due again, and what; what is being built has its own time."""
        now = self._clock.now()
        entries = agenda(state, self.collection, now=now, until=now + HORIZON)
        moments = [
            (self._jobs.retries.may_run_at(entry), f"{entry.job} ({entry.reason})")
            for entry in entries
            if not entry.refused and not (entry.is_daily and self.builder.is_asked(entry))
        ]
        unbuilt_at = self.builder.next_at() if is_building else None
        if not self._journal.is_reachable:
            moments.append((now + AWAY_RETRY, "what is still to be built or written"))
        elif unbuilt_at is not None:
            moments.append((max(unbuilt_at, now), "what is still to be built"))
        return min(moments, default=(now + HORIZON, "another look"))

    def _beat(self, jobs: JobLog, started_at: datetime, next_at: datetime, reason: str) -> None:
        did = "worked" if jobs.runs else "nothing was due"
        beat = Entry(started_at, "heartbeat", f"{did}; next {next_at:%Y-%m-%d %H:%M:%SZ} {reason}")
        jobs.note(beat, status="ok")

    def _tell(self) -> None:
        """Tell whoever wants to know what went wrong, and what goes on."""
        now = self._clock.now()
        if self._journal.is_reachable:
            route(self._settings, now=now)
        else:
            notify(
                self._settings,
                key="warehouse",
                title="odds: the warehouse cannot be reached",
                body="Calls go on as planned when it was last there; answers are kept on disk.",
                now=now,
            )
