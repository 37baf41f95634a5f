"""What each job of the collector does. A job that fails is tried again later, by rule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from ingestion.fetching import send
from ingestion.landing import Landing
from ingestion.odds_api.client import new_session
from ingestion.responses import ApiResponse
from ingestion.settings import Settings
from scheduler.agenda import Collection, Entry
from scheduler.api_clock import ApiClock
from scheduler.job_log import JobLog
from scheduler.ledger import Ledger
from scheduler.maintenance import maintain
from scheduler.state import State, is_answer
from scheduler.transformation import Transformation

FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(minutes=10)
# the next attempt at a close must still come before the start
LAST_RETRY_OF_A_CLOSE = timedelta(seconds=60)


@dataclass(frozen=True)
class Failure:
    """How often in a row something failed, and when it may be tried again."""

    times: int
    again_at: datetime


class Jobs:
    """Does one job after the other; keeps dlt, dbt and the connection to the API warm.

    Nothing it keeps must survive: `is_unbuilt` is found out anew by the next process.
    """

    def __init__(
        self,
        settings: Settings,
        collection: Collection,
        ledger: Ledger,
        *,
        clock: ApiClock,
        sleep: Callable[[float], None],
    ) -> None:
        self._settings = settings
        self._collection = collection
        self._ledger = ledger
        self._clock = clock
        self._sleep = sleep
        self._session = new_session()
        self._transformation = Transformation(settings)
        self._failures: dict[tuple[str, str | None], Failure] = {}
        self.landing = Landing(settings, now=clock.now)
        self.is_unbuilt = False
        self.are_results_new = False

    def may_run_at(self, entry: Entry) -> datetime:
        """When a job that failed may be tried again; when it is due, if it did not fail."""
        failure = self._failures.get((entry.job, entry.sport_key))
        return max(entry.due_at, failure.again_at) if failure else entry.due_at

    def land_leftovers(self, log: JobLog) -> None:
        """Land what a dead process or an outage left on disk."""
        count = len(self.landing.spool.paths())
        if count:
            entry = Entry(self._clock.now(), "fetch-odds", f"landing {count} answers kept on disk")
            with log.job(entry):
                self.landing.land_spool()
                self.is_unbuilt = self.are_results_new = True

    def fetch(self, entry: Entry, log: JobLog, state: State) -> bool:
        """Ask the API, keep and land what comes; returns whether it told that our clock is wrong.

        Errors, and a list of games without news, wait for the next build.
        """
        came: list[ApiResponse] = []
        with log.job(entry) as running:
            try:
                send(
                    [self._collection.request(entry)],
                    self._settings,
                    clock=self._clock.now,
                    sleep=self._sleep,
                    job_id=running.job_id,
                    landing=self.landing,
                    session=self._session,
                    paying=partial(self._ledger.paying, job_id=running.job_id),
                    on_response=came.append,
                )
            finally:
                for response in came:
                    running.spend(_cost(response))
        is_corrected = any([self._clock.learn(response) for response in came])  # noqa: C419 - all
        if is_corrected:
            self._failures.clear()  # what was put off was put off by a wrong clock
        is_empty = entry.job == "fetch-odds" and bool(came) and came[-1].event_count == 0
        self._take_note(entry, log, is_disappointing=is_empty)
        now = self._clock.now()
        if any(is_answer(each) and state.is_news(each, now=now) for each in came):
            self.is_unbuilt = True
            self.are_results_new |= entry.job == "fetch-scores"
        return is_corrected

    def build_hot(self, log: JobLog) -> None:
        """Model what landed."""
        entry = Entry(self._clock.now(), "build", "hot")
        if self.may_run_at(entry) > self._clock.now():
            return
        with log.job(entry):
            self._transformation.bring_up_to_date(
                are_results_new=self.are_results_new, as_of=self._clock.now()
            )
            self.is_unbuilt = self.are_results_new = False
        self._take_note(entry, log)

    def build_all(self, entry: Entry, log: JobLog) -> None:
        """Build every model and run every data test."""
        with log.job(entry):
            self._transformation.build_all(as_of=self._clock.now())
        self._take_note(entry, log)

    def maintain(self, entry: Entry, log: JobLog) -> None:
        """Look after the warehouse and the data folder."""
        with log.job(entry):
            maintain(self._settings, now=self._clock.now())
        self._take_note(entry, log)

    def _take_note(self, entry: Entry, log: JobLog, *, is_disappointing: bool = False) -> None:
        """Remember until when not to try again; an empty answer is worth another try, too."""
        key = (entry.job, entry.sport_key)
        if log.runs[-1].status == "ok" and not is_disappointing:
            self._failures.pop(key, None)
            return
        times = self._failures[key].times + 1 if key in self._failures else 1
        longest = LAST_RETRY_OF_A_CLOSE if entry.is_close else LAST_RETRY
        wait = min(FIRST_RETRY * 2 ** min(times - 1, 10), longest)
        self._failures[key] = Failure(times, self._clock.now() + wait)


def _cost(response: ApiResponse) -> int:
    charged = response.credits_charged
    return (response.credits_estimated or 0) if charged is None else charged
