"""The time as the API has it: what is due is due by the clock that stamps the prices."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from ingestion.headers import BELIEVED_OFFSET, is_date_bad
from ingestion.responses import ApiResponse

log = structlog.get_logger(__name__)

AGREEMENT = timedelta(seconds=60)


class ApiClock:
    """Our clock, put right by the `Date` of each answer where the two are a minute apart.

    A `Date` more than a day from this machine's own clock is somebody's mistake, and puts nothing
    right.

    Args:
        clock: our time, with a zone.
        is_wall_clock: whether the warehouse's own clock shows the same time.
    """

    def __init__(self, clock: Callable[[], datetime], *, is_wall_clock: bool = False) -> None:
        self._clock = clock
        self._is_wall_clock = is_wall_clock
        self._agreed_at: datetime | None = None
        self.offset = timedelta(0)

    def now(self) -> datetime:
        """The API's time, as far as its answers told."""
        return self._clock() + self.offset

    def as_of(self) -> datetime | None:
        """What a build is to look from: None where the time at which a view is read is right."""
        return None if self._is_wall_clock and not self.offset else self.now()

    def is_agreed(self, now: datetime) -> bool:
        """Whether an answer told the time, and our clock was not set back since."""
        return self._agreed_at is not None and now >= self._agreed_at - AGREEMENT

    def learn(self, response: ApiResponse) -> bool:
        """Compare an answer's `Date` with our time; returns whether it put the clock right."""
        if response.captured_at is None or is_date_bad(response.bad_headers):
            return False
        late = response.captured_at - response.requested_at
        offset = self.offset + late
        if abs(offset) > BELIEVED_OFFSET:
            return False
        took = timedelta(milliseconds=response.elapsed_ms or 0)
        self._agreed_at = response.captured_at
        if -AGREEMENT <= late <= AGREEMENT + took:
            return False
        self.offset = offset if abs(offset) > AGREEMENT else timedelta(0)
        log.warning("this machine's clock is wrong", seconds=round(-offset.total_seconds()))
        return True
