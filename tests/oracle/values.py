"""Clocks and prices as whole numbers and doubles, read from what the API wrote."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import copysign, floor
from typing import Any

MICROSECONDS_PER_SECOND = 1_000_000
MICROSECONDS_PER_MINUTE = 60 * MICROSECONDS_PER_SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_microseconds(moment: datetime) -> int:
    """Microseconds since the epoch of an aware datetime."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def to_datetime(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def to_iso(microseconds: int) -> str:
    """Write a time as the API does: whole seconds without a fraction, else milliseconds."""
    has_fraction = bool(microseconds % MICROSECONDS_PER_SECOND)
    text = to_datetime(microseconds).isoformat(timespec="milliseconds" if has_fraction else "auto")
    return text.replace("+00:00", "Z")


@lru_cache(maxsize=1 << 17)
def _parse_iso(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return to_microseconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def parse_time(value: Any) -> int | None:
    """Microseconds since the epoch of an ISO text or of unix seconds; null and "" give None."""
    if isinstance(value, str) and value:
        return _parse_iso(value)
    if isinstance(value, int | float):
        return round(value * MICROSECONDS_PER_SECOND)
    return None


def decimal_of_american(american: float | None) -> float | None:
    """Decimal price of an american one; prices inside (-100, 100) do not exist and give None."""
    if american is None:
        return None
    if american >= 100:
        return 1 + american / 100
    if american <= -100:
        return 1 - 100 / american
    return None


def american_of_decimal(decimal: float | None) -> int | None:
    """Nearest american price (halves away from zero); None at or below a decimal price of 1."""
    if decimal is None or decimal <= 1:
        return None
    exact = 100 * (decimal - 1) if decimal >= 2 else -100 / (decimal - 1)
    return int(copysign(floor(abs(exact) + 0.5), exact))


def read_price(price: Any, *, is_american: bool) -> tuple[int | None, float | None]:
    """(american, decimal): the one the response states, and the other derived from it."""
    if price is None:
        return None, None
    if is_american:
        return round(price), decimal_of_american(price)
    return american_of_decimal(float(price)), float(price) if price > 1 else None


def is_many_line(market_key: str) -> bool:
    """Whether the market lists many lines, so that the point is part of a quote's key."""
    return market_key.startswith(
        ("alternate_", "player_", "batter_", "pitcher_")
    ) or market_key.endswith("_alternate")
