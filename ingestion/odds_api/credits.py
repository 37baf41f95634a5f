"""What a call costs, before it is made, and when credits come back: pure functions."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

Endpoint = Literal[
    "sports",
    "events",
    "odds",
    "event_odds",
    "event_markets",
    "scores",
    "participants",
    "historical_odds",
    "historical_events",
    "historical_event_odds",
]

BOOKMAKERS_PER_REGION = 10

CREDITS_PER_MARKET_AND_REGION: Mapping[Endpoint, int] = {
    "odds": 1,
    "event_odds": 1,
    "historical_odds": 10,
    "historical_event_odds": 10,
}
CREDITS_PER_CALL: Mapping[Endpoint, int] = {
    "sports": 0,
    "events": 0,
    "event_markets": 1,
    "scores": 1,
    "participants": 1,
    "historical_events": 1,
}
CREDITS_PER_SCORES_WITH_DAYS_FROM = 2


def billed_regions(*, bookmaker_count: int = 0, region_count: int = 0) -> int:
    """Return how many regions a call is billed for: ten named books are one, and they win."""
    if bookmaker_count:
        return -(-bookmaker_count // BOOKMAKERS_PER_REGION)
    return region_count


def estimate(
    endpoint: Endpoint,
    *,
    market_count: int = 0,
    regions: int = 0,
    has_days_from: bool = False,
) -> int:
    """Return the most credits one call may cost.

    An answer without events is free, and the event endpoints charge only the markets returned: the
    charge can be lower than this, never higher.

    Args:
        endpoint: what is called.
        market_count: markets asked for.
        regions: billed regions, see `billed_regions`.
        has_days_from: whether `/scores` is asked for completed games too.
    """
    if endpoint in CREDITS_PER_MARKET_AND_REGION:
        return CREDITS_PER_MARKET_AND_REGION[endpoint] * market_count * regions
    if endpoint == "scores" and has_days_from:
        return CREDITS_PER_SCORES_WITH_DAYS_FROM
    return CREDITS_PER_CALL[endpoint]


def next_month(moment: datetime) -> datetime:
    """The first of the following month, 00:00 UTC: when credits come back."""
    moment = moment.astimezone(UTC)
    year, month = divmod(moment.year * 12 + moment.month, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)
