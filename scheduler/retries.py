"""When something that failed may be tried again: later each time, within bounds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.agenda import Entry

FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(minutes=10)
# what was charged and is of no use seldom mends itself at once, and costs as much each time
FIRST_PAID_RETRY = timedelta(minutes=5)
LAST_PAID_RETRY = timedelta(hours=1)
# the next attempt at a close must still come before the start
LAST_RETRY_OF_A_CLOSE = timedelta(seconds=60)
# what is done once a day takes minutes each time
LAST_RETRY_OF_A_DAILY_JOB = timedelta(hours=1)


@dataclass(frozen=True)
class Failure:
    """How often in a row something failed, and when it may be tried again."""

    times: int
    again_at: datetime


class Retries:
    """What failed lately; a new process knows of nothing, and tries everything at once."""

    def __init__(self) -> None:
        self._failures: dict[tuple[str, str | None], Failure] = {}

    def may_run_at(self, entry: Entry) -> datetime:
        """When a job may be tried again; when it is due, if it did not fail."""
        failure = self._failures.get(_key(entry))
        return max(entry.due_at, failure.again_at) if failure else entry.due_at

    def failed(self, entry: Entry, *, now: datetime, is_dear: bool = False) -> None:
        """Put the next attempt off; further where one was paid for and is of no use."""
        before = self._failures.get(_key(entry))
        times = before.times + 1 if before else 1
        first, longest = FIRST_RETRY, _longest(entry)
        if is_dear:
            first, longest = FIRST_PAID_RETRY, LAST_PAID_RETRY
        wait = min(first * 2 ** min(times - 1, 10), longest)
        self._failures[_key(entry)] = Failure(times, now + wait)

    def went_well(self, entry: Entry) -> None:
        """Forget that it failed."""
        self._failures.pop(_key(entry), None)

    def clear(self) -> None:
        """Forget all failures: they were put off by a clock that was wrong."""
        self._failures.clear()


def _key(entry: Entry) -> tuple[str, str | None]:
    # a build of what landed and the daily one fail each for themselves
    return (f"{entry.job} daily" if entry.is_daily else entry.job), entry.sport_key


def _longest(entry: Entry) -> timedelta:
    if entry.is_close:
        return LAST_RETRY_OF_A_CLOSE
    return LAST_RETRY_OF_A_DAILY_JOB if entry.is_daily else LAST_RETRY
