"""What calls cost, as the API told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from analysis.warehouse import Record, Warehouse

RELATIONS = ("ops.fct_fetches", "ops.fct_credit_reservations")
WEEK = timedelta(days=7)
LEAST_SPAN = timedelta(days=1)


@dataclass(frozen=True)
class CreditUsage:
    """Credits of one month; `remaining` is what the last answer said, null if none did.

    `in_flight` is set aside for calls that have not come back, `of_week` was charged within the
    last seven days, since `week_began_at`, its first call.
    """

    used: int
    remaining: int | None
    granted: int | None
    in_flight: int
    calls: int
    last_call_at: datetime | None
    of_week: int
    week_began_at: datetime | None

    def forecast(self, *, now: datetime, month_ends_at: datetime) -> int:
        """What will be used by the end of the month if it goes on like the last seven days."""
        if self.week_began_at is None:
            return self.used
        span = max(now - self.week_began_at, LEAST_SPAN)
        return self.used + round(self.of_week * ((month_ends_at - now) / span))


def credit_usage(warehouse: Warehouse, *, since: datetime, until: datetime) -> CreditUsage:
    """What was spent from `since` up to `until`: our sum, or what the API told if that is more.

    Where no charge came the estimate stands in until the API tells what was used; replayed calls
    do not count. The collector's ledger goes by the same rule.
    """
    calls = _calls(warehouse, since=since, until=until)
    promised = _promised(warehouse, since=since, until=until, told_at=calls["told_at"] or since)
    week = _week(warehouse, until=until)
    told_used = calls["told_used"]
    return CreditUsage(
        used=max(int(calls["charged"]), int(promised["settled"]), told_used or 0)
        + max(int(calls["unknown"]), int(promised["unknown_since"])),
        remaining=calls["remaining"],
        granted=None if calls["remaining"] is None else (told_used or 0) + calls["remaining"],
        in_flight=int(promised["in_flight"]),
        calls=calls["calls"],
        last_call_at=calls["last_call_at"],
        of_week=int(week["charged"]),
        week_began_at=week["began_at"],
    )


def _calls(warehouse: Warehouse, *, since: datetime, until: datetime) -> Record:
    (row,) = warehouse.rows(
        """
        with

        fetches as (

            select
                *,
                row_number() over (
                    order by
                        case when credits_remaining is not null then 0 else 1 end,
                        requested_at desc,
                        response_id collate "C" desc
                ) as told_rank
            from ops.fct_fetches
            where requested_at >= ? and requested_at <= ? and origin <> 'replay'

        ),

        told as (

            select
                *,
                max(case when told_rank = 1 and credits_remaining is not null then requested_at end)
                    over () as told_at
            from fetches

        )

        select
            coalesce(sum(credits_charged), 0) as charged,
            coalesce(sum(
                case
                    when credits_charged is null and (told_at is null or requested_at >= told_at)
                        then credits_estimated
                end
            ), 0) as unknown,
            max(case when told_rank = 1 then credits_used end) as told_used,
            max(case when told_rank = 1 then credits_remaining end) as remaining,
            max(told_at) as told_at,
            count(*) as calls,
            max(requested_at) as last_call_at
        from told
        """,
        [since, until],
    )
    return row


def _promised(
    warehouse: Warehouse, *, since: datetime, until: datetime, told_at: datetime
) -> Record:
    (row,) = warehouse.rows(
        """
        select
            coalesce(sum(case when state = 'reserved' then credits_estimated end), 0) as in_flight,
            coalesce(sum(case when state = 'settled' then credits_charged end), 0) as settled,
            coalesce(sum(
                case
                    when state = 'charge_unknown' and reserved_at >= ? then credits_estimated
                end
            ), 0) as unknown_since
        from ops.fct_credit_reservations
        where reserved_at >= ? and reserved_at <= ?
        """,
        [told_at, since, until],
    )
    return row


def _week(warehouse: Warehouse, *, until: datetime) -> Record:
    (row,) = warehouse.rows(
        """
        select
            coalesce(sum(coalesce(credits_charged, credits_estimated, 0)), 0) as charged,
            min(requested_at) as began_at
        from ops.fct_fetches
        where requested_at > ? and requested_at <= ? and origin <> 'replay'
        """,
        [until - WEEK, until],
    )
    return row
