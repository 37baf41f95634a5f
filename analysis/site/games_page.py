"""Every game that has a page: to come, under way and lately over."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from analysis import events
from analysis.reports import formats
from analysis.site import event_data
from analysis.site.event_page import address
from analysis.site.pages import Page
from analysis.site.tables import Column, DataTable
from analysis.site.view import View
from analysis.warehouse import Record, Warehouse

RELATIONS: Final = (events.EVENTS_NOW,)
# a page stays below 2 MB
MOST_GAMES: Final = 2_000


@dataclass(frozen=True)
class Games:
    """All games by start, those whose page is made, and those whose page of before is kept."""

    every: Sequence[Record]
    made: Sequence[Record]
    kept: Sequence[Record]

    @property
    def with_page(self) -> Collection[str]:
        """The ids of the games that have a page."""
        return {event["event_id"] for event in (*self.made, *self.kept)}


def games(
    warehouse: Warehouse, *, since: datetime, before: Path | None, kept: Path | None
) -> Games:
    """Which games get a page: those to come and those since a moment, and older that had one.

    Args:
        warehouse: where to read.
        since: games that started earlier are old.
        before: the site that is replaced.
        kept: the same, if its pages are as they would be made now.
    """
    query = events.query(is_over_included=True, relation=events.EVENTS_NOW)
    every = query.rows(warehouse)
    if not {*event_data.RELATIONS} <= warehouse.relations():
        return Games(every, [], [])
    made = [event for event in every if event["starts_at"] >= since]
    older = [
        event
        for event in every
        if event["starts_at"] < since
        and before is not None
        and (before / address(event["event_id"])).is_file()
    ]
    return Games(every, [*older, *made], []) if kept is None else Games(every, made, older)


def page(view: View, every: Sequence[Record]) -> Page:
    """The list of games, those to come in their order and then those that were, the latest first.

    Args:
        view: the warehouse.
        every: all games by start.
    """
    shown = [
        {**event, "page": page}
        for event in every
        if (page := view.page_of(event["event_id"])) is not None
    ]
    to_come = [row for row in shown if row["starts_at"] > view.as_of]
    begun = [row for row in reversed(shown) if row["starts_at"] <= view.as_of]
    left_out = len(every) - len(shown)
    lead = (
        f"{formats.counted(left_out, 'older game')} without a page: "
        "`odds site build --days N` makes pages of more days."
        if left_out
        else ""
    )
    return Page(
        title="Games",
        lead=lead,
        tables=[
            _table(view, "to-come", "To come", to_come, absent="No game is announced."),
            _table(view, "begun", "Begun and over", begun, absent="No game has begun."),
        ],
    )


def _table(
    view: View, anchor: str, title: str, rows: Sequence[Mapping[str, Any]], *, absent: str
) -> DataTable:
    return DataTable(
        id=anchor,
        title=title,
        mart="marts.dim_events",
        columns=[
            Column("event_name", "Game", link="page"),
            Column("starts_at", "Start", "moment"),
            Column("sport_key", "Sport"),
            Column("status", "Status", "words"),
            Column("home_score", "Home", "count"),
            Column("away_score", "Away", "count"),
            Column("last_seen_at", "Last seen", "age moment"),
        ],
        rows=rows[:MOST_GAMES],
        cut=len(rows) if len(rows) > MOST_GAMES else 0,
        absent=absent,
        as_of=view.as_of,
        filters=("sport_key", "status"),
    )
