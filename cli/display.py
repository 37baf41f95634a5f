"""How times, prices and tables look in a terminal: as the reader chose to see them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rich import box
from rich.table import Table
from rich.text import Text

from analysis.odds_math import decimal_to_american
from analysis.storage import Growth
from ingestion.settings import PriceFormat

_BLOCKS = "▁▂▃▄▅▆▇█"
_STATUS_STYLES = {
    "ok": "green",
    "warning": "yellow",
    "error": "bold red",
    "failed": "bold red",
    "unknown": "dim",
    "info": "cyan",
}


@dataclass(frozen=True)
class _Style:
    zone: ZoneInfo
    prices: PriceFormat


_PLAIN = _Style(ZoneInfo("UTC"), "both")
_chosen: ContextVar[_Style] = ContextVar("style")
_UNITS = ("B", "kB", "MB", "GB", "TB")


@contextmanager
def shown_as(*, time_zone: str, prices: PriceFormat) -> Iterator[None]:
    """Have what is shown in the block show times in this zone and prices in this format."""
    before = _chosen.set(_Style(ZoneInfo(time_zone), prices))
    try:
        yield
    finally:
        _chosen.reset(before)


def _style() -> _Style:
    return _chosen.get(_PLAIN)


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


def zoned(heading: str) -> str:
    """The heading of a column of times, with their zone."""
    return f"{heading} ({_style().zone.key})"


def when(moment: datetime | None) -> str:
    """A moment to the minute, in the zone of the headings."""
    return "" if moment is None else f"{moment.astimezone(_style().zone):%a %d %b %H:%M}"


def when_zoned(moment: datetime) -> str:
    """A moment to the minute, with its zone."""
    return f"{when(moment)} {moment.astimezone(_style().zone):%Z}"


def to_the_second(moment: datetime) -> str:
    """A moment to the second, with its year, in the zone of the headings."""
    return f"{moment.astimezone(_style().zone):%Y-%m-%d %H:%M:%S}"


def moment_text(moment: datetime) -> str:
    """A moment to the second, with its year and zone."""
    return f"{to_the_second(moment)} {moment.astimezone(_style().zone):%Z}"


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


def price_headings() -> tuple[str, ...]:
    """The columns that prices stand in."""
    return ("price", "american") if _style().prices == "both" else ("price",)


def price_cells(decimal_price: float | None, american_price: int | None) -> tuple[str, ...]:
    """What stands in the columns of `price_headings`."""
    cells = {"decimal": decimal(decimal_price), "american": american(american_price)}
    chosen = _style().prices
    return tuple(cells.values()) if chosen == "both" else (cells[chosen],)


def price(decimal_price: float | None, american_price: int | None = None) -> str:
    """A price where there is room for one: decimal, unless american ones are wanted."""
    if decimal_price is None or _style().prices != "american":
        return decimal(decimal_price)
    return american(american_price or decimal_to_american(decimal_price))


def american(price: int | None) -> str:
    """An american price, with its sign."""
    return "" if price is None else f"{price:+d}"


def decimal(price: float | None) -> str:
    """A decimal price or a probability."""
    return "" if price is None else f"{price:.3f}"


def share(value: float | None, *, is_signed: bool = True) -> str:
    """A part of a stake, in per cent."""
    if value is None:
        return ""
    return f"{value:+.1%}" if is_signed else f"{value:.1%}"


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


def growth_data(growth: Growth) -> dict[str, float | None]:
    """How fast the warehouse grows and how long the disk will do, for programs."""
    return {**asdict(growth), "days_left": growth.days_left}


def growth_words(growth: Growth) -> list[str]:
    """The same for people: what is not known is not said."""
    words = []
    if growth.bytes_a_day is not None:
        words.append(f"about {size(growth.bytes_a_day)} more a day")
    if growth.free_bytes is not None:
        words.append(f"{size(growth.free_bytes)} free")
    if growth.days_left is not None:
        words.append(f"full in about {growth.days_left:,.0f} days at this pace")
    return words
