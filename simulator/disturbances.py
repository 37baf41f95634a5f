"""Answers that go wrong on the way: error bursts, slow answers, cut bodies."""

import threading
from collections import deque
from dataclasses import dataclass

from simulator.clock import MINUTE
from simulator.options import Faults
from simulator.parameters import ApiError
from simulator.randomness import mix, share

_BUCKET = 10 * MINUTE
_STATUSES = (500, 503, 429)
_MESSAGES = {
    429: ("EXCEEDED_FREQ_LIMIT", "Requests are exceeding the frequency limit"),
    500: ("INTERNAL_SERVER_ERROR", "Internal server error"),
    503: ("SERVICE_UNAVAILABLE", "Service unavailable"),
}


@dataclass(frozen=True)
class Disturbance:
    """What happens to one call: an error status, seconds of delay, a body cut in half."""

    status: int | None = None
    delay_seconds: float = 0.0
    is_truncated: bool = False

    def raise_error(self) -> None:
        """Raise the error there is to raise, if any."""
        if self.status is not None:
            code, message = _MESSAGES.get(self.status, _MESSAGES[500])
            raise ApiError(self.status, code, message)


NONE = Disturbance()


class Disturbances:
    """Decides per call: what tests have queued first, then what the faults say; thread-safe."""

    def __init__(self, seed: int, faults: Faults) -> None:
        self._lock = threading.Lock()
        self._seed = seed
        self._faults = faults
        self._queue: deque[Disturbance] = deque()
        self._bucket = -1
        self._calls = 0

    def queue(self, disturbance: Disturbance, *, calls: int = 1) -> None:
        """Disturb the next calls, before any other rule."""
        with self._lock:
            self._queue.extend([disturbance] * calls)

    def clear(self) -> None:
        """Forget what is queued."""
        with self._lock:
            self._queue.clear()

    def next(self, seconds: int) -> Disturbance:
        """The disturbance of the call made at that moment."""
        with self._lock:
            if self._queue:
                return self._queue.popleft()
            bucket = seconds // _BUCKET
            if bucket != self._bucket:
                self._bucket, self._calls = bucket, 0
            self._calls += 1
            if self._calls > self._faults.burst_calls:
                return NONE
        return self._drawn(bucket)

    def is_empty(self, seconds: int) -> bool:
        """Whether `/odds` answers an empty list then."""
        return share(self._seed, seconds // _BUCKET, 12) < self._faults.empty_answers

    def _drawn(self, bucket: int) -> Disturbance:
        faults = self._faults
        if share(self._seed, bucket, 13) < faults.error_bursts:
            return Disturbance(status=_STATUSES[mix(self._seed, bucket, 14) % len(_STATUSES)])
        is_slow = share(self._seed, bucket, 15) < faults.slow_answers
        is_truncated = share(self._seed, bucket, 16) < faults.truncated_bodies
        if not is_slow and not is_truncated:
            return NONE
        return Disturbance(
            delay_seconds=faults.slow_seconds if is_slow else 0.0, is_truncated=is_truncated
        )
