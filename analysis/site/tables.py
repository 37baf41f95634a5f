"""The tables of the site: rows of a mart, and how each column is written.

A cell keeps the value that the mart has (`data-value`) beside what is shown of it: the page sorts
by it, and a test compares it with the mart.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from analysis.reports import formats
from analysis.reports.charts import Chart
from analysis.warehouse import Record

Write = Callable[[Any], str]
_HANDICAPS: Final = ("spread", "handicap")


def words(value: Any) -> str:
    """A key as words."""
    return formats.text(value).replace("_", " ")


def signed_percent(value: Any) -> str:
    """A fraction as a percentage with two decimals and its sign."""
    return formats.MISSING if value is None else f"{100 * float(value):+.2f}%"


def fine_percent(value: Any) -> str:
    """A fraction as a percentage with two decimals."""
    return formats.MISSING if value is None else f"{100 * float(value):.2f}%"


def decimals(value: Any) -> str:
    """A number to four decimals."""
    return formats.MISSING if value is None else f"{float(value):,.4f}"


def plain(value: Any) -> str:
    """A number with as many decimals as it needs, three at most."""
    return formats.MISSING if value is None else f"{round(float(value), 3):,g}"


def signed(value: Any) -> str:
    """A number with its sign and two decimals."""
    return formats.MISSING if value is None else f"{float(value):+.2f}"


def yes_no(value: Any) -> str:
    """A truth, a dash where it is not known."""
    return formats.MISSING if value is None else ("yes" if value else "no")


def line(value: Any, row: Record) -> str:
    """A point, with its sign if it is that of a handicap."""
    market = row.get("market_key") or row.get("line_market_key") or ""
    is_handicap = any(word in market for word in _HANDICAPS)
    return formats.line(value, is_handicap=is_handicap) or formats.MISSING


_WRITERS: Final[Mapping[str, Write]] = {
    "text": formats.text,
    "words": words,
    "price": formats.price,
    "money": formats.money,
    "american": formats.american,
    "percent": formats.percent,
    "fine percent": fine_percent,
    "signed percent": signed_percent,
    "signed": signed,
    "count": formats.count,
    "decimals": decimals,
    "plain": plain,
    "point": plain,
    "yes": yes_no,
    "day": lambda value: formats.MISSING if value is None else formats.day(value),
    "moment": formats.moment,
    # minutes before the moment of the page, and a moment told as an age
    "age": formats.text,
    "age moment": formats.moment,
}
_TEXTS: Final = frozenset({"text", "words", "yes", "day", "moment", "age moment"})
_COLOURED: Final = frozenset({"signed percent"})


@dataclass(frozen=True)
class Column:
    """One column: of the mart, or (`is_of_mart` false) of what is joined to it.

    `kind` is one of the ways to write a value; `link` names the column that holds the address,
    `under` the one that is told in a second line.
    """

    name: str
    heading: str
    kind: str = "text"
    link: str | None = None
    under: str | None = None
    is_of_mart: bool = True

    @property
    def is_age(self) -> bool:
        """Whether it is told as an age."""
        return self.kind in ("age", "age moment")

    @property
    def is_number(self) -> bool:
        """Whether it is set to the right and sorted by size."""
        return self.kind not in _TEXTS


@dataclass(frozen=True)
class Cell:
    """What stands in one place of a table."""

    text: str
    value: str
    moment: str = ""
    href: str = ""
    tone: str = ""
    under: str = ""


MOST_WITHOUT_FILTERS: Final = 12


@dataclass(frozen=True, eq=False)
class DataTable:
    """Rows of a mart as a page shows them.

    Attributes:
        id: the anchor of the table on its page.
        title: its heading.
        mart: where the rows come from, as `schema.name`.
        columns: what is shown of them.
        rows: one mapping a row.
        absent: the sentence that stands for no rows.
        note: what a reader must know.
        filters: names of the columns to choose by.
        as_of: the moment that ages in minutes count from.
        cut: how many rows there are, where not all are shown.
        first: how many rows show until a reader asks for more or searches.
        chart: what stands above the rows.
    """

    id: str
    title: str
    mart: str
    columns: Sequence[Column]
    rows: Sequence[Record]
    absent: str
    as_of: datetime
    note: str = ""
    filters: Sequence[str] = ()
    cut: int = 0
    first: int = 30
    chart: Chart | None = None
    cells: Sequence[Sequence[Cell]] = field(init=False)
    choices: Sequence[tuple[int, str, Sequence[str]]] = field(init=False)

    @property
    def has_filters(self) -> bool:
        """Whether there are so many rows that one wants to search."""
        return len(self.rows) > MOST_WITHOUT_FILTERS

    def __post_init__(self) -> None:
        cells = [[self._cell(column, row) for column in self.columns] for row in self.rows]
        object.__setattr__(self, "cells", cells)
        object.__setattr__(self, "choices", list(self._choices()))

    def _choices(self) -> list[tuple[int, str, Sequence[str]]]:
        places = {column.name: place for place, column in enumerate(self.columns)}
        return [
            (
                place := places[name],
                self.columns[place].heading,
                sorted({row[place].text for row in self.cells}),
            )
            for name in self.filters
        ]

    def _cell(self, column: Column, row: Record) -> Cell:
        value = row[column.name]
        text = line(value, row) if column.kind == "line" else _WRITERS[column.kind](value)
        href = (row.get(column.link) or "") if column.link else ""
        under = (row.get(column.under) or "") if column.under else ""
        if value is None:
            return Cell(text, "", href=href, under=under)
        if column.kind == "age":
            seen = self.as_of - timedelta(minutes=float(value))
            return Cell(
                formats.moment(seen), repr(float(value)), moment=formats.iso(seen), href=href
            )
        if isinstance(value, datetime):
            return Cell(text, formats.iso(value), moment=formats.iso(value), href=href)
        tone = row.get(f"{column.name} tone", "")
        if column.kind in _COLOURED:
            tone = "up" if value > 0 else "down" if value < 0 else ""
        return Cell(text, raw(value), href=href, tone=tone, under=under)


def raw(value: Any) -> str:
    """A value as the page keeps it: every digit of a number."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return formats.iso(value)
    if isinstance(value, date):
        return value.isoformat()
    # a Decimal of one engine is a float of the other
    return str(value) if isinstance(value, str | int) else repr(float(value))
