"""Credits promised to calls before they are made: `ops.credit_reservations`.

A row is there before its call is sent. A process that dies in between leaves it `reserved`; the
next one finds it and calls its charge unknown, at the estimate, until the API tells what was used.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from ingestion.errors import OddsError
from ingestion.headers import BELIEVED_OFFSET
from ingestion.odds_api.endpoints import Request
from ingestion.ops_tables import SCHEMA
from ingestion.responses import ApiResponse
from ingestion.warehouse import Connection
from scheduler.api_clock import AGREEMENT
from scheduler.budget import Budget, month_of
from scheduler.journal import Journal, Row

TABLE = "credit_reservations"
# what the plan grants as long as neither the settings nor the API say so: the free one
FREE_PLAN = 500
# the last answer tells the grant; older ones are not looked for
TOLD_WITHIN = timedelta(days=40)
GIVE_UP = """
update ops.credit_reservations
set state = 'charge_unknown'
where state = 'reserved'
returning reservation_id
"""
# what a call in flight or without a word of its charge cost is part of what the API told later
SPENT = """
select
    coalesce(sum(case when state = 'settled' then credits_charged end), 0),
    coalesce(sum(case when state <> 'settled' and reserved_at >= ? then credits_estimated end), 0)
from ops.credit_reservations
where reserved_at >= ?
"""
TOLD = """
select
    credits_used,
    credits_remaining,
    captured_at
from raw.api_responses
where
    origin = 'live'
    and credits_used is not null
    -- by the API's clock: ours may have been wrong, but never by more than what is believed of it
    and captured_at <= ?
    -- has an index, and nothing lands before it was asked for
    and landed_at >= ?
-- one from a time to come would be the last word until then
order by case when captured_at <= ? then 0 else 1 end, captured_at desc, credits_used desc
limit 1
"""


@dataclass(frozen=True)
class Reservation:
    """One row: one attempt of one call."""

    reservation_id: str
    job_id: str | None
    endpoint: str
    sport_key: str | None
    event_id: str | None
    reserved_at: datetime
    credits_estimated: int
    state: str = "reserved"
    credits_charged: int | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True)
class Told:
    """What the API last said of the account: used since the month began, and granted in all."""

    at: datetime
    used: int
    granted: int | None


class Ledger:
    """The month's credits; what it writes survives a warehouse that is away.

    Args:
        journal: where rows are written.
        now: the time, with a zone.
        granted: credits a month that may be spent; None leaves it to what the API tells.
    """

    def __init__(
        self, journal: Journal, *, now: Callable[[], datetime], granted: int | None = None
    ) -> None:
        self._journal = journal
        self._now = now
        self._granted = granted
        self._known: Budget | None = None

    def open(self) -> int:
        """Bring in what waits on disk; return how many calls a dead process left in flight."""
        self._journal.flush()
        if not self._journal.is_reachable:
            return 0
        with self._journal.connected() as connection:
            return len(connection.rows(GIVE_UP))

    def remember(self, budget: Budget) -> None:
        """Go on from this budget where the warehouse could never be asked."""
        self._known = self._known or budget

    @contextmanager
    def paying(
        self, request: Request, *, job_id: str | None = None
    ) -> Iterator[Callable[[ApiResponse], None]]:
        """Reserve the credits of one attempt; call what it yields with the answer.

        Raises:
            OddsError: the month's credits do not allow it; nothing was sent.
        """
        if request.estimated_credits == 0:
            with self._journal.letting_go():
                yield lambda _: None
            return
        budget = self.budget()
        if budget.remaining < request.estimated_credits:
            raise OddsError(
                f"{request.path} may cost {request.estimated_credits} credits and "
                f"{budget.remaining} of {budget.granted} are left this month: "
                "wait for the first, or raise ODDS_MONTHLY_CREDITS"
            )
        reservation = self.reserve(request, job_id=job_id)
        attempts: list[ApiResponse] = []
        try:
            with self._journal.letting_go():
                yield attempts.append
        finally:
            self.settle(reservation, attempts[0] if attempts else None)

    def reserve(self, request: Request, *, job_id: str | None = None) -> Reservation:
        """Write down that a call is about to be made."""
        reservation = Reservation(
            reservation_id=uuid.uuid4().hex,
            job_id=job_id,
            endpoint=request.endpoint,
            sport_key=request.sport_key,
            event_id=request.event_id,
            reserved_at=self._now(),
            credits_estimated=request.estimated_credits,
        )
        self._journal.write(Row(TABLE, asdict(reservation)))
        if self._known and self._journal.is_reachable:
            self._known = self._known.after(reservation.credits_estimated)
        return reservation

    def settle(self, reservation: Reservation, response: ApiResponse | None) -> None:
        """Replace the estimate by what the attempt was charged, where the API said it."""
        charged = response.credits_charged if response else None
        settled = replace(
            reservation,
            state="charge_unknown" if charged is None else "settled",
            credits_charged=charged,
            settled_at=self._now(),
        )
        self._journal.write(Row(TABLE, asdict(settled)))

    def budget(self) -> Budget:
        """The month's credits: spent is our own sum or what the API told, whichever is more.

        Charges that are not known count at their estimate until the API tells what was used.
        Without a warehouse it is what was last known, and what was promised since.
        """
        month = month_of(self._now())
        if self._journal.is_reachable:
            with self._journal.away_if_it_fails(), self._journal.connected() as connection:
                self._known = self._budget(connection, month)
                return self._known
        known = (self._known or Budget(self._granted or FREE_PLAN, 0, month)).at(month)
        kept = [Reservation(**row) for row in self._journal.kept(TABLE)]
        since = [row for row in kept if row.reserved_at >= month]
        return known.after(sum(_credits(row) for row in since))

    def _budget(self, connection: Connection, month: datetime) -> Budget:
        told = _told(connection, now=self._now())
        # what was used before this month is past; what is granted holds on
        is_current = told is not None and told.at >= month
        told_at, used = (told.at, told.used) if told and is_current else (month, 0)
        settled, unknown = 0, 0
        if TABLE in connection.relations(SCHEMA):
            ((settled, unknown),) = connection.rows(SPENT, (told_at, month))
        grants = [self._granted, told.granted if told else None]
        granted = min((grant for grant in grants if grant is not None), default=FREE_PLAN)
        return Budget(granted, max(int(settled), used) + int(unknown), month)


def _credits(reservation: Reservation) -> int:
    charged = reservation.credits_charged
    return reservation.credits_estimated if charged is None else charged


def _told(connection: Connection, *, now: datetime) -> Told | None:
    if "api_responses" not in connection.relations("raw"):
        return None
    rows = connection.rows(TOLD, (now + BELIEVED_OFFSET, now - TOLD_WITHIN, now + AGREEMENT))
    if not rows:
        return None
    used, remaining, at = rows[0]
    return Told(at, int(used), None if remaining is None else int(used) + int(remaining))
