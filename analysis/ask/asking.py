"""What all questions share: the reader, the moment they are asked of, the filters."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from analysis.ask import keys
from analysis.filters import Filters
from analysis.opening import moment_of, reading
from analysis.query import Wanted
from analysis.reader import Reader
from analysis.warehouse import Warehouse
from ingestion.errors import UsageError


@dataclass(frozen=True)
class Asking:
    """Questions to one warehouse, which is open only while it answers."""

    reader: Reader

    @contextmanager
    def _reading(self, *relations: str) -> Iterator[Warehouse]:
        with reading(self.reader.settings, *relations) as warehouse:
            yield warehouse

    def _moment(self, at: str | None) -> datetime | None:
        moment = moment_of(at) or self.reader.settings.odds_as_of
        if moment is not None and moment > datetime.now(UTC):
            raise UsageError(f"at: {moment.isoformat()} is still to come")
        return moment

    def _no_past(self, what: str, warehouse: Warehouse) -> None:
        """Refuse to tell of a past moment what is known of the last build alone."""
        pinned = self.reader.settings.odds_as_of
        if pinned is None:
            return
        clock = warehouse.clock() if "ops.run_clock" in warehouse.relations() else None
        if clock is None or clock.asked != pinned:
            raise UsageError(
                f"{what} are known as of the last build alone, not of {pinned.isoformat()}: "
                "`ODDS_AS_OF=… dbt build` makes them as of then"
            )


def wanted(warehouse: Warehouse, filters: Filters, moment: datetime | None) -> Wanted:
    """The filters as keys and ids that are known to the warehouse."""
    keys.check(warehouse, sport=filters.sport, market=filters.market, book=filters.book)
    return filters.wanted(warehouse, moment)
