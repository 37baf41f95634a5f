"""What a month's credits still allow: pure functions."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

BudgetState = Literal["normal", "throttled", "reserve-only", "exhausted"]
THROTTLED_FROM = 0.8


def month_of(moment: datetime) -> datetime:
    """When the credits that a call at the moment draws on were granted: the 1st, midnight UTC."""
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class Budget:
    """The credits of one month: granted, and spent or reserved for calls in flight."""

    granted: int
    spent: int
    month: datetime

    @property
    def remaining(self) -> int:
        """What can still be spent."""
        return max(self.granted - self.spent, 0)

    def state(self, *, cost: int, reserved: int) -> BudgetState:
        """How freely calls can be made.

        Args:
            cost: credits of one call.
            reserved: credits that the closes of the rest of the month will take.
        """
        if self.remaining < cost:
            return "exhausted"
        if self.remaining - reserved < cost:
            return "reserve-only"
        if self.spent >= THROTTLED_FROM * self.granted:
            return "throttled"
        return "normal"

    def after(self, cost: int) -> "Budget":
        """The budget once a call is paid for."""
        return replace(self, spent=self.spent + cost)

    def at(self, moment: datetime) -> "Budget":
        """The budget a call at the moment draws on: this one, or the full one of a later month."""
        month = month_of(moment)
        return self if month <= self.month else Budget(self.granted, 0, month)
