"""Filters in the words of people, as commands and notebooks take them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from analysis import events
from analysis.query import Wanted
from analysis.warehouse import Warehouse
from ingestion.errors import UsageError


class FilterWords(TypedDict, total=False):
    """The filters as keyword arguments."""

    sport: str | None
    market: str | None
    book: str | None
    team: str | None
    day: str | date | None


@dataclass(frozen=True)
class Filters:
    """Keys of a sport, a market and a book; what people call a team; a day by the league's date."""

    sport: str | None = None
    market: str | None = None
    book: str | None = None
    team: str | None = None
    day: str | date | None = None

    def wanted(self, warehouse: Warehouse, moment: datetime | None) -> Wanted:
        """The same with the ids of the events of the team and day, as known at a moment or now.

        Raises:
            UsageError: there is no such team or day.
        """
        day = _day(self.day)
        event_ids = None
        if self.team is not None or day is not None:
            relation = events.relation_at(warehouse, moment)
            held = events.query(
                sport_key=self.sport, is_over_included=True, relation=relation
            ).rows(warehouse)
            event_ids = events.ids_of(warehouse, held, team=self.team, day=day)
        return Wanted(
            sport_key=self.sport,
            market_key=self.market,
            bookmaker_key=self.book,
            event_ids=event_ids,
        )


NO_FILTERS = Filters()


def _day(day: str | date | None) -> date | None:
    if not isinstance(day, str):
        return day
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise UsageError(f"{day!r} is no day, for example 2026-01-31") from None
