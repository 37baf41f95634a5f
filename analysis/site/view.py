"""What every page looks at: one open warehouse and the moment of its numbers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from analysis.site.event_page import address
from analysis.warehouse import Warehouse


@dataclass(frozen=True)
class View:
    """One look at the warehouse.

    Attributes:
        warehouse: where to read.
        as_of: the moment that the views look from.
        has: the tables and views that this login can see.
        with_page: the ids of the games that have a page.
    """

    warehouse: Warehouse
    as_of: datetime
    has: frozenset[str]
    with_page: Collection[str]

    def missing(self, relations: Sequence[str]) -> list[str]:
        """Those that are not there, or not for this login."""
        return [relation for relation in relations if relation not in self.has]

    def page_of(self, event_id: str | None) -> str | None:
        """Where the page of a game lies; null where it has none."""
        return address(event_id) if event_id in self.with_page and event_id else None
