"""The calls of the collector. One that fails is tried again later, by rule."""

from collections.abc import Callable
from functools import partial

from ingestion.fetching import send
from ingestion.landing import Landing
from ingestion.odds_api.client import new_session
from ingestion.odds_api.failures import is_paid_for_nothing
from ingestion.responses import ApiResponse
from ingestion.settings import Settings
from scheduler.agenda import Collection, Entry
from scheduler.api_clock import ApiClock
from scheduler.builder import Builder
from scheduler.job_log import JobLog
from scheduler.ledger import Ledger
from scheduler.retries import Retries
from scheduler.state import State, is_answer


class Jobs:
    """Makes one call after the other; keeps dlt and the connection to the API warm."""

    def __init__(
        self,
        settings: Settings,
        collection: Collection,
        ledger: Ledger,
        builder: Builder,
        *,
        clock: ApiClock,
        sleep: Callable[[float], None],
    ) -> None:
        self._settings = settings
        self._collection = collection
        self._ledger = ledger
        self._builder = builder
        self._clock = clock
        self._sleep = sleep
        self._session = new_session()
        self.retries = Retries()
        self._useless: set[str] = set()
        self.landing = Landing(settings, now=clock.now)

    def land_leftovers(self, log: JobLog) -> None:
        """Land what a dead process or an outage left on disk."""
        count = len(self.landing.spool.paths())
        if count:
            entry = Entry(self._clock.now(), "fetch-odds", f"landing {count} answers kept on disk")
            with log.job(entry):
                self.landing.land_spool()
                self._builder.landed(are_results_new=True)

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
                    useless=self._useless,
                    on_response=came.append,
                )
            finally:
                for response in came:
                    running.spend(_cost(response))
        is_corrected = any([self._clock.learn(response) for response in came])  # noqa: C419 - all
        if is_corrected:
            self.retries.clear()  # what was put off was put off by a wrong clock
        now = self._clock.now()
        # an empty answer is worth another try, too
        is_empty = entry.job == "fetch-odds" and bool(came) and came[-1].event_count == 0
        if log.runs[-1].status == "ok" and not is_empty:
            self.retries.went_well(entry)
        else:
            is_dear = any(map(is_paid_for_nothing, came))
            self.retries.failed(entry, now=now, is_dear=is_dear)
        if any(is_answer(each) and state.is_news(each, now=now) for each in came):
            self._builder.landed(are_results_new=entry.job == "fetch-scores")
        return is_corrected


def _cost(response: ApiResponse) -> int:
    charged = response.credits_charged
    return (response.credits_estimated or 0) if charged is None else charged
