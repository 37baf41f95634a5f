"""How times, prices and tables look in a terminal."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rich import box
from rich.table import Table
from rich.text import Text

_BLOCKS = "▁▂▃▄▅▆▇█"
_STATUS_STYLES = {
    "ok": "green",
    "warning": "yellow",
    "error": "bold red",
    "failed": "bold red",
    "unknown": "dim",
    "info": "cyan",
}
_UNITS = ("B", "kB", "MB", "GB", "TB")


def table(title: str, *columns: str, numbers: Sequence[str] = ()) -> Table:
    """An empty table; columns named in `numbers` are set to the right."""
    grid = Table(
        title=Text(title, no_wrap=True, overflow="ignore"),
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
    )
    for column in columns:
        grid.add_column(
            column,
            justify="right" if column in numbers else "left",
            no_wrap=column in numbers,
            overflow="fold",
        )
    return grid


def fact_table(title: str, facts: Sequence[tuple[str, object]]) -> Table:
    """Names and values, one a line."""
    grid = table(title, "", "")
    grid.show_header = False
    for name, value in facts:
        grid.add_row(name, Text(str(value)))
    return grid


def status(word: str) -> Text:
    """A status in the colour a person expects."""
    return Text(word, style=_STATUS_STYLES.get(word, ""))


def when(moment: datetime | None) -> str:
    """A moment to the minute, in UTC."""
    return "" if moment is None else f"{moment:%a %d %b %H:%M}"


def moment_text(moment: datetime) -> str:
    """A moment to the second, in UTC, with its year."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def age(minutes: float | None) -> str:
    """Minutes in the unit a person would use."""
    if minutes is None:
        return ""
    if minutes < 60:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 48 * 60 else f"{minutes / 1440:.1f} d"


def until(moment: datetime, *, seen_from: datetime) -> str:
    """How far away a moment is."""
    distance = moment - seen_from
    minutes = abs(distance) / timedelta(minutes=1)
    return f"in {age(minutes)}" if distance > timedelta(0) else f"{age(minutes)} ago"


def american(price: int | None) -> str:
    """An american price, with its sign."""
    return "" if price is None else f"{price:+d}"


def decimal(price: float | None) -> str:
    """A decimal price or a probability."""
    return "" if price is None else f"{price:.3f}"


def line(point: float | None, *, is_handicap: bool) -> str:
    """A point; a handicap shows its sign."""
    if point is None:
        return ""
    return f"{point:+g}" if is_handicap else f"{point:g}"


def size(count: float) -> str:
    """Bytes in a unit of thousands."""
    for unit in _UNITS[:-1]:
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} {_UNITS[-1]}"


def sparkline(values: Sequence[float | None]) -> str:
    """A plot one line high; a gap stands for null."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    scale = (len(_BLOCKS) - 1) / (high - low) if high > low else 0.0
    return "".join(
        " " if value is None else _BLOCKS[round((value - low) * scale)] for value in values
    )
