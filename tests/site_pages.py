"""Reads the pages of the site: tables with the value of every cell, links, scripts."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path


@dataclass
class Cell:
    value: str
    text: str = ""


@dataclass
class Table:
    mart: str
    columns: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)

    def values(self, *columns: str) -> list[tuple[str, ...]]:
        """The rows as the mart has them, of these columns."""
        places = [self.columns.index(column) for column in columns]
        return [tuple(row[place].value for place in places) for row in self.rows]

    def texts(self, column: str) -> list[str]:
        place = self.columns.index(column)
        return [row[place].text for row in self.rows]


class SitePage(HTMLParser):
    """One page, read."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.text = path.read_text(encoding="utf-8")
        self.tables: dict[str, Table] = {}
        self.links: list[str] = []
        self.sources: list[str] = []
        self.scripts: list[dict[str, str | None]] = []
        self._table: Table | None = None
        self._cell: Cell | None = None
        self._heading = False
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        had = dict(attrs)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href", "action")]
        if tag == "script":
            self.scripts.append(had)
        elif tag == "a":
            self.links.append(had.get("href") or "")
        elif tag == "table" and "data-mart" in had:
            self._table = self.tables[str(had["id"])] = Table(str(had["data-mart"]))
        elif self._table is None:
            return
        elif tag == "tr":
            self._table.rows.append([])
        elif tag in ("th", "td") and "data-value" in had:
            self._cell = Cell(had["data-value"] or "")
            self._table.rows[-1].append(self._cell)
        elif tag == "th":
            self._heading = True
            self._table.columns.append(had.get("data-column") or "")
            self._table.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td"):
            self._cell, self._heading = None, False
        elif tag == "table" and self._table is not None:
            self._table.rows = [row for row in self._table.rows if row]
            self._table = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.text += data
        elif self._heading and self._table is not None:
            self._table.headings[-1] += data
