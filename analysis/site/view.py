"""What every page looks at: one open warehouse and the moment of its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from analysis.warehouse import Warehouse


@dataclass(frozen=True)
class View:
    """One look at the warehouse.

    Attributes:
        warehouse: where to read.
        as_of: the moment that the views look from.
        has: the tables and views that this login can see.
    """

    warehouse: Warehouse
    as_of: datetime
    has: frozenset[str]

    def missing(self, relations: Sequence[str]) -> list[str]:
        """Those that are not there, or not for this login."""
        return [relation for relation in relations if relation not in self.has]
