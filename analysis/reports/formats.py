"""How numbers and times are written on a page."""

import math
from datetime import date, datetime
from typing import Any, Final

import pandas as pd

MISSING: Final = "–"  # noqa: RUF001 - a dash, so that it is no minus


def money(value: Any) -> str:
    """An amount to the cent."""
    return _number(value, decimals=2)


def price(value: Any) -> str:
    """A decimal price, or a probability, to three decimals."""
    return _number(value, decimals=3)


def points(value: Any) -> str:
    """Points to two decimals: quarter lines are the finest."""
    return _number(value, decimals=2)


def percent(value: Any) -> str:
    """A fraction as a percentage with one decimal."""
    return MISSING if _is_missing(value) else f"{_number(100 * float(value), decimals=1)}%"


def interval(low: Any, high: Any) -> str:
    """A 95% interval of a fraction, or why there is none."""
    if _is_missing(low) or _is_missing(high):
        return "no 95% interval: too few bets or days"
    return f"95% interval {percent(low)} to {percent(high)}"


def count(value: Any) -> str:
    """A whole number with its thousands apart."""
    return _number(value, decimals=0)


def counted(number: int, thing: str) -> str:
    """So many things, in the plural where it is due."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def american(value: Any) -> str:
    """An American price with its sign."""
    return MISSING if _is_missing(value) else f"{int(value):+d}"


def line(value: Any, *, is_handicap: bool) -> str:
    """The point of a bet, nothing where its market has none; only a handicap has a sign."""
    if _is_missing(value):
        return ""
    return f"{float(value):+g}" if is_handicap else f"{float(value):g}"


def moment(value: Any) -> str:
    """A time in UTC to the second, without saying so again."""
    if _is_missing(value):
        return MISSING
    stamp = pd.Timestamp(value)
    return (stamp.tz_convert("UTC") if stamp.tzinfo else stamp).strftime("%Y-%m-%d %H:%M:%S")


def iso(value: datetime) -> str:
    """A time in UTC as HTML has it, to the second."""
    return f"{moment(value).replace(' ', 'T')}Z"


def day(value: date) -> str:
    """A calendar day."""
    return pd.Timestamp(value).strftime("%Y-%m-%d")


def text(value: Any) -> str:
    """Any text, a dash for none."""
    return MISSING if _is_missing(value) else str(value)


def _number(value: Any, *, decimals: int) -> str:
    if _is_missing(value):
        return MISSING
    # adding zero takes the sign from a negative zero
    return f"{round(float(value), decimals) + 0.0:,.{decimals}f}"


def _is_missing(value: Any) -> bool:
    return value is None or bool(pd.isna(value)) or (isinstance(value, float) and math.isinf(value))
