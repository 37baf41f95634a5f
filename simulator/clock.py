"""The virtual clock: stands still, runs at a chosen speed, or is set by hand."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

DAY = 86_400
HOUR = 3_600
MINUTE = 60
_SECONDS_OF_DAY = tuple(
    f"{hour:02d}:{minute:02d}:{second:02d}Z"
    for hour in range(24)
    for minute in range(60)
    for second in range(60)
)
_DAYS: dict[int, str] = {}


def to_seconds(moment: datetime) -> int:
    """Whole seconds since 1970-01-01T00:00:00Z; fractions are dropped.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("give a time zone, for example datetime(2026, 1, 31, 18, tzinfo=UTC)")
    return int(moment.timestamp() // 1)


def to_datetime(seconds: int) -> datetime:
    """The moment, in UTC."""
    return datetime.fromtimestamp(seconds, tz=UTC)


def to_iso(seconds: int) -> str:
    """The API's form, `YYYY-MM-DDTHH:MM:SSZ`."""
    day, second = divmod(seconds, DAY)
    text = _DAYS.get(day)
    if text is None:
        text = _DAYS[day] = to_datetime(day * DAY).strftime("%Y-%m-%dT")
    return text + _SECONDS_OF_DAY[second]


class VirtualClock:
    """A clock that several threads may read and set.

    `speed` is virtual seconds per real second; 0 stands still.
    """

    def __init__(
        self,
        now: datetime,
        *,
        speed: float = 0.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        to_seconds(now)
        self._lock = threading.Lock()
        self._monotonic = monotonic
        self._speed = speed
        self._base = now
        self._anchor = monotonic()

    def now(self) -> datetime:
        """The virtual moment."""
        with self._lock:
            return self._read()

    def set(self, now: datetime) -> None:
        """Jump to any moment, forward or back.

        Raises:
            ValueError: the moment has no time zone.
        """
        to_seconds(now)
        with self._lock:
            self._base, self._anchor = now, self._monotonic()

    def advance(self, by: timedelta) -> datetime:
        """Move on by so much and return the new moment."""
        with self._lock:
            self._base, self._anchor = self._read() + by, self._monotonic()
            return self._base

    def _read(self) -> datetime:
        elapsed = (self._monotonic() - self._anchor) * self._speed
        return self._base + timedelta(seconds=elapsed)
