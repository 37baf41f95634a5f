"""What calls cost, as the API told."""

from dataclasses import dataclass
from datetime import datetime

from analysis.warehouse import Warehouse

RELATIONS = ("ops.fct_fetches",)


@dataclass(frozen=True)
class CreditUsage:
    """Credits of one month; `remaining` is what the last answer said, null if none did."""

    used: int
    remaining: int | None
    calls: int
    last_call_at: datetime | None


def credit_usage(warehouse: Warehouse, *, since: datetime, until: datetime) -> CreditUsage:
    """What was spent from `since` up to `until`: our sum, or what the API told if that is more.

    An estimate stands in where no charge came; replayed calls do not count.
    """
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

        )

        select
            coalesce(sum(coalesce(credits_charged, credits_estimated, 0)), 0) as charged,
            max(case when told_rank = 1 then credits_used end) as told_used,
            max(case when told_rank = 1 then credits_remaining end) as remaining,
            count(*) as calls,
            max(requested_at) as last_call_at
        from fetches
        """,
        [since, until],
    )
    return CreditUsage(
        used=max(int(row["charged"]), row["told_used"] or 0),
        remaining=row["remaining"],
        calls=row["calls"],
        last_call_at=row["last_call_at"],
    )
