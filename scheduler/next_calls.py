"""When calls are due next, in a file: what a health check can read while all else hangs."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import orjson
import structlog

from ingestion.settings import Settings

if TYPE_CHECKING:  # they bring dlt along, and a health check is asked every minute
    from scheduler.agenda import Entry
    from scheduler.state import State

log = structlog.get_logger(__name__)

# how late a call may come before something is wrong: a run, or a build on DuckDB, takes its time
GRACE = timedelta(minutes=3)
# a close waits for nothing: minutes later it is too late for it
GRACE_OF_A_CLOSE = timedelta(seconds=90)
# what was due before that is another matter
SAME_CALL = timedelta(days=1)
SAME_CLOSE = timedelta(minutes=15)
Key = tuple[str, str | None, bool]


@dataclass(frozen=True)
class NextCall:
    """A call that is due next of its kind and sport, by the clock of this machine."""

    due_at: datetime
    job: str
    sport_key: str | None
    reason: str
    is_close: bool

    @property
    def key(self) -> Key:
        """What can be due once at a time."""
        return self.job, self.sport_key, self.is_close

    @property
    def words(self) -> str:
        """What is called for."""
        return " ".join(filter(None, [self.job, self.sport_key, f"({self.reason})"]))

    def later(self, offset: timedelta) -> "NextCall":
        """The call by a clock that is ahead by so much."""
        return replace(self, due_at=self.due_at + offset)

    def late_by(self, now: datetime) -> timedelta:
        """How late it is; nothing for a call to come."""
        return max(now - self.due_at, timedelta(0))

    def is_late(self, now: datetime) -> bool:
        """Whether it is later than it may be."""
        return self.late_by(now) > (GRACE_OF_A_CLOSE if self.is_close else GRACE)


def next_calls(
    entries: "Iterable[Entry]",
    state: "State",
    before: Iterable[NextCall],
    *,
    may_run_at: "Callable[[Entry], datetime]",
    now: datetime,
) -> list[NextCall]:
    """What is due next of each kind and sport; what is overdue stays due since it first was.

    Args:
        entries: the agenda, in order of time.
        state: tells what was answered.
        before: what was due next when this was last asked.
        may_run_at: when an entry is tried again.
        now: the moment.
    """
    earlier = {call.key: call for call in before}
    found: dict[Key, NextCall] = {}
    for entry in entries:
        if not entry.job.startswith("fetch") or entry.refused:
            continue
        call = NextCall(entry.due_at, entry.job, entry.sport_key, entry.reason, entry.is_close)
        if call.key in found:
            continue
        if entry.due_at <= now:
            since = _due_since(call, earlier.get(call.key), now)
            answer = state.last_call(entry.job.removeprefix("fetch-"), entry.sport_key or "")
            is_answered = answer is not None and answer.captured_at >= since
            call = replace(call, due_at=may_run_at(entry) if is_answered else since)
        found[call.key] = call
    return list(found.values())


def _due_since(call: NextCall, earlier: NextCall | None, now: datetime) -> datetime:
    same = SAME_CLOSE if call.is_close else SAME_CALL
    if earlier is not None and now - same < earlier.due_at <= now:
        return earlier.due_at
    return now


class NextCalls:
    """The file in `ODDS_DATA_DIR`, written by the collector whenever it has planned."""

    def __init__(self, settings: Settings) -> None:
        self._path = settings.odds_data_dir / "next-calls.json"

    def keep(self, calls: Iterable[NextCall]) -> None:
        """Write down what is due next, by the clock of this machine."""
        unfinished = self._path.with_suffix(".tmp")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(orjson.dumps([asdict(call) for call in calls]))
            unfinished.replace(self._path)
        except OSError as error:
            log.warning("cannot write down what is due next", error=error.strerror)

    def read(self) -> list[NextCall]:
        """What was written last, the most urgent first; nothing where no collector planned here."""
        try:
            rows = orjson.loads(self._path.read_bytes())
            calls = [
                NextCall(**row | {"due_at": datetime.fromisoformat(row["due_at"])}) for row in rows
            ]
        except FileNotFoundError:
            return []
        except (ValueError, TypeError, KeyError):
            return []  # a version of it that is not ours: the next run writes it anew
        return sorted(calls, key=lambda call: call.due_at)
