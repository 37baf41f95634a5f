"""Credits promised to calls before they are made: `ops.credit_reservations`.

A row is there before its call is sent. A process that dies in between leaves it `reserved`; the
next one finds it and calls its charge unknown, at the estimate, until the API tells what was used.
"""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime

from ingestion.odds_api.endpoints import Request
from ingestion.ops_tables import make_ops_tables
from ingestion.responses import ApiResponse
from ingestion.settings import Settings
from ingestion.warehouse import Connection, connect
from scheduler.budget import Budget, month_of

RESERVE = "insert into ops.credit_reservations values (?, ?, ?, ?, ?, ?, ?, 'reserved', null, null)"
SETTLE = """
update ops.credit_reservations
set state = ?, credits_charged = ?, settled_at = ?
where reservation_id = ?
"""
GIVE_UP = """
update ops.credit_reservations
set state = 'charge_unknown'
where state = 'reserved'
returning reservation_id
"""
# what a call in flight cost is part of what the API told later
SPENT = """
with

reservations as (

    select
        reserved_at,
        coalesce(credits_charged, credits_estimated) as credits,
        state = 'settled' as is_settled
    from ops.credit_reservations
    where reserved_at >= ?

)

select
    coalesce(sum(credits), 0),
    coalesce(sum(case when reserved_at > ? and not is_settled then credits end), 0)
from reservations
"""
TOLD = """
select
    credits_used,
    requested_at
from raw.api_responses
where
    origin = 'live'
    and credits_used is not null
    and requested_at >= ?
    -- has an index, and nothing lands before it was asked for
    and landed_at >= ?
order by requested_at desc, credits_used desc
limit 1
"""


class Ledger:
    """Reservations in the warehouse of the settings; holds no connection between calls."""

    def __init__(self, settings: Settings, *, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._now = now

    def open(self) -> int:
        """Make the table if need be; return how many calls a dead process left in flight."""
        with connect(self._settings) as connection:
            make_ops_tables(connection)
            return len(connection.rows(GIVE_UP))

    def reserve(self, request: Request, *, job_id: str | None = None) -> str:
        """Write down that a call is about to be made; returns the reservation's id."""
        reservation_id = uuid.uuid4().hex
        with connect(self._settings) as connection:
            connection.rows(
                RESERVE,
                (
                    reservation_id,
                    job_id,
                    request.endpoint,
                    request.sport_key,
                    request.event_id,
                    self._now(),
                    request.estimated_credits,
                ),
            )
        return reservation_id

    def settle(self, reservation_id: str, attempts: Sequence[ApiResponse]) -> None:
        """Replace the estimate by what the attempts were charged, where the API said it."""
        charges = [attempt.credits_charged for attempt in attempts]
        told = [charge for charge in charges if charge is not None]
        is_known = bool(charges) and len(told) == len(charges)
        with connect(self._settings) as connection:
            connection.rows(
                SETTLE,
                (
                    "settled" if is_known else "charge_unknown",
                    sum(told) if is_known else None,
                    self._now(),
                    reservation_id,
                ),
            )

    def budget(self, granted: int) -> Budget:
        """The month's credits: spent is our own sum or what the API told, whichever is more."""
        month = month_of(self._now())
        with connect(self._settings) as connection:
            used, told_at = _told(connection, month)
            ((ours, in_flight),) = connection.rows(SPENT, (month, told_at))
        return Budget(granted, max(int(ours), used + int(in_flight)), month)


def _told(connection: Connection, month: datetime) -> tuple[int, datetime]:
    if "api_responses" not in connection.relations("raw"):
        return 0, month
    rows = connection.rows(TOLD, (month, month))
    return (int(rows[0][0]), rows[0][1]) if rows else (0, month)
