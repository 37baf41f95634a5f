"""A query with its parameters, and the conditions that filters add to one."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.warehouse import Record, Warehouse


@dataclass(frozen=True)
class Query:
    """SQL with a `?` for each parameter: run for rows, or for a frame (`analysis.frames`)."""

    sql: str
    parameters: Sequence[object] = ()

    def rows(self, warehouse: Warehouse) -> list[Record]:
        """What it finds."""
        return warehouse.rows(self.sql, self.parameters)


@dataclass
class Conditions:
    """What stands after `where`: conditions that all hold, and their parameters in order."""

    texts: list[str] = field(default_factory=list)
    parameters: list[object] = field(default_factory=list)

    def add(self, text: str, *parameters: object) -> None:
        """One more condition, with a `?` for each of its parameters."""
        self.texts.append(text)
        self.parameters.extend(parameters)

    def equal(self, column: str, value: object | None) -> None:
        """Only rows with this value; all where it is null."""
        if value is not None:
            self.add(f"{column} = ?", value)

    def one_of(self, column: str, values: Sequence[str] | None) -> None:
        """Only rows with one of these values; all where it is null, none where it is empty."""
        if values is None:
            return
        if values:
            self.add(f"{column} = any(?)", list(values))
        else:
            self.add("false")

    @property
    def sql(self) -> str:
        """The conditions as text."""
        return " and ".join(self.texts) or "true"


@dataclass(frozen=True)
class Wanted:
    """Which rows a reader wants; null wants all.

    `event_ids` are the events of a team or day (`analysis.events.ids_of`).
    """

    sport_key: str | None = None
    market_key: str | None = None
    bookmaker_key: str | None = None
    event_ids: Sequence[str] | None = None


EVERYTHING = Wanted()
