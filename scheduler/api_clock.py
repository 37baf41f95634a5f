"""The time as the API has it: what is due is due by the clock that stamps the prices."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from ingestion.responses import ApiResponse

log = structlog.get_logger(__name__)

AGREEMENT = timedelta(seconds=60)


class ApiClock:
    """Our clock, put right by the `Date` of each answer where the two are a minute apart."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._agreed_at: datetime | None = None
        self.offset = timedelta(0)

    def now(self) -> datetime:
        """The API's time, as far as its answers told."""
        return self._clock() + self.offset

    def is_agreed(self, now: datetime) -> bool:
        """Whether an answer told the time, and our clock was not set back since."""
        return self._agreed_at is not None and now >= self._agreed_at - AGREEMENT

    def learn(self, response: ApiResponse) -> bool:
        """Compare an answer's `Date` with our time; returns whether it put the clock right."""
        if response.captured_at is None:
            return False
        late = response.captured_at - response.requested_at
        took = timedelta(milliseconds=response.elapsed_ms or 0)
        self._agreed_at = response.captured_at
        if -AGREEMENT <= late <= AGREEMENT + took:
            return False
        offset = self.offset + late
        self.offset = offset if abs(offset) > AGREEMENT else timedelta(0)
        log.warning("this machine's clock is wrong", seconds=round(-offset.total_seconds()))
        return True
