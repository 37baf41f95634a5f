"""The credits of the month as `odds quota` and `odds status` tell them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from analysis import credits as credit_queries
from analysis import watched_games
from analysis.credits import CreditUsage
from analysis.warehouse import Warehouse
from ingestion.odds_api.credits import next_month
from ingestion.settings import Settings

RELATIONS = (*credit_queries.RELATIONS, *watched_games.RELATIONS)


@dataclass(frozen=True)
class Quota:
    """The month's credits at a moment; `reserved` is in flight or held back for closes to come."""

    usage: CreditUsage
    granted: int
    held_for_closes: int
    forecast: int
    state: str
    month: datetime
    resets_at: datetime

    @property
    def reserved(self) -> int:
        """Credits that are not free to be spent."""
        return self.usage.in_flight + self.held_for_closes


def quota_data(quota: Quota) -> dict[str, Any]:
    """What `odds quota` and `odds status` tell programs of the credits."""
    usage = quota.usage
    return {
        "used": usage.used,
        "remaining": usage.remaining,
        "granted": quota.granted,
        "reserved": quota.reserved,
        "in_flight": usage.in_flight,
        "held_for_closes": quota.held_for_closes,
        "forecast": quota.forecast,
        "state": quota.state,
        "calls": usage.calls,
        "last_call_at": usage.last_call_at,
        "resets_at": quota.resets_at,
    }


def quota_at(warehouse: Warehouse, settings: Settings, moment: datetime) -> Quota:
    """Read the credits of the month of a moment; games to come are those of the last build.

    Raises:
        UsageError: the settings name something the API cannot serve.
    """
    from scheduler.budget import Budget, month_of  # noqa: PLC0415 - dlt takes a second to import
    from scheduler.ledger import FREE_PLAN  # noqa: PLC0415
    from scheduler.outlook import outlook  # noqa: PLC0415
    from scheduler.promises import Game, lead_of  # noqa: PLC0415

    moment = moment.astimezone(UTC)
    month = month_of(moment)
    usage = credit_queries.credit_usage(warehouse, since=month, until=moment)
    grants = [settings.odds_monthly_credits, usage.granted]
    granted = min((grant for grant in grants if grant is not None), default=FREE_PLAN)
    games = [
        Game(
            row["event_id"],
            row["sport_key"],
            row["starts_at"],
            row["first_seen_at"],
            close_lead=lead_of(row["close_lead_minutes"]),
        )
        for row in watched_games.games_to_come(warehouse, now=moment)
    ]
    ahead = outlook(
        settings, Budget(granted, usage.used + usage.in_flight, month), games, now=moment
    )
    resets_at = next_month(moment)
    return Quota(
        usage=usage,
        granted=granted,
        held_for_closes=ahead.held_for_closes,
        forecast=usage.forecast(now=moment, month_ends_at=resets_at),
        state=ahead.state,
        month=month,
        resets_at=resets_at,
    )
