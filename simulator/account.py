"""API keys, their credits by calendar month, and the call rate."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from simulator.clock import to_iso
from simulator.parameters import ApiError

DEMO_KEY = "demo-key-of-the-simulator"
_UPGRADE = "See usage plans at https://the-odds-api.com"


@dataclass(frozen=True)
class Balance:
    """What the three `x-requests-*` headers tell."""

    remaining: int
    used: int
    last: int

    def headers(self) -> dict[str, str]:
        """The headers, numbers as text."""
        return {
            "x-requests-remaining": str(self.remaining),
            "x-requests-used": str(self.used),
            "x-requests-last": str(self.last),
        }


class Accounts:
    """The keys that are known, each with the same monthly allowance; thread-safe.

    A month begins on the 1st at 00:00Z of the virtual clock. Months are counted apart, so the clock
    may also jump back. A call that would cost more than remains is refused; free calls never are.
    """

    def __init__(
        self, *, keys: tuple[str, ...] = (DEMO_KEY,), credits_a_month: int = 20_000
    ) -> None:
        self._lock = threading.Lock()
        self._allowance = dict.fromkeys(keys, credits_a_month)
        self._revoked: set[str] = set()
        self._used: dict[tuple[str, str], int] = defaultdict(int)

    def revoke(self, key: str) -> None:
        """Refuse the key as deactivated from now on."""
        with self._lock:
            self._revoked.add(key)

    def restore(self, key: str) -> None:
        """Accept a revoked key again."""
        with self._lock:
            self._revoked.discard(key)

    def set_remaining(self, credits_left: int, *, seconds: int, key: str = DEMO_KEY) -> None:
        """Leave that many credits for the month of that moment, as if the rest were used."""
        with self._lock:
            self._used[key, _month(seconds)] = self._allowance[key] - credits_left

    def check(self, key: str | None) -> str:
        """The key, if it may be used.

        Raises:
            ApiError: it is missing, unknown or revoked.
        """
        if not key:
            raise ApiError(401, "MISSING_KEY", f"API key is missing. {_UPGRADE}")
        if key not in self._allowance:
            raise ApiError(401, "INVALID_KEY", f"API key is not valid. {_UPGRADE}")
        if key in self._revoked:
            raise ApiError(401, "DEACTIVATED_KEY", f"API key has been deactivated. {_UPGRADE}")
        return key

    def balance(self, key: str, *, seconds: int) -> Balance:
        """The month's balance at that moment, with nothing charged last."""
        with self._lock:
            return self._balance(key, seconds, last=0)

    def require(self, key: str, cost: int, *, seconds: int) -> None:
        """Refuse what cannot be paid.

        Raises:
            ApiError: fewer credits remain than the call costs.
        """
        with self._lock:
            if cost > self._balance(key, seconds, last=0).remaining:
                raise ApiError(
                    401, "OUT_OF_USAGE_CREDITS", f"Usage quota has been reached. {_UPGRADE}"
                )

    def charge(self, key: str, cost: int, *, seconds: int) -> Balance:
        """Take the credits of one call; the balance after it."""
        with self._lock:
            self._used[key, _month(seconds)] += cost
            return self._balance(key, seconds, last=cost)

    def _balance(self, key: str, seconds: int, *, last: int) -> Balance:
        used = self._used[key, _month(seconds)]
        return Balance(max(self._allowance[key] - used, 0), used, last)


def _month(seconds: int) -> str:
    return to_iso(seconds)[:7]


class RateLimit:
    """A token bucket of 30 calls a second.

    It refills with whichever clock moved further. Real time alone would refuse weeks that are
    simulated in seconds; virtual time alone would never refill while the clock stands still.
    """

    def __init__(
        self, *, calls_a_second: int = 30, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._lock = threading.Lock()
        self._monotonic = monotonic
        self._most = float(calls_a_second)
        self._tokens = self._most
        self._real = monotonic()
        self._virtual: int | None = None

    def take(self, *, seconds: int) -> None:
        """Use one token at that virtual moment.

        Raises:
            ApiError: none is left.
        """
        with self._lock:
            real = self._monotonic()
            passed = real - self._real
            if self._virtual is not None:
                passed = max(passed, abs(seconds - self._virtual))
            self._tokens = min(self._most, self._tokens + passed * self._most)
            self._real, self._virtual = real, seconds
            if self._tokens < 1:
                raise ApiError(
                    429,
                    "EXCEEDED_FREQ_LIMIT",
                    "Requests are exceeding the frequency limit. Please retry in a few seconds",
                )
            self._tokens -= 1
