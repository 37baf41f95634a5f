"""Every game that has a page: to come, under way and lately over."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from analysis.reports import formats
from analysis.site.event_page import address
from analysis.site.pages import Page
from analysis.site.tables import Column, DataTable
from analysis.site.view import View
from analysis.warehouse import Record

RELATIONS: Final = ("marts.dim_events",)
# a page stays below 2 MB
MOST_GAMES: Final = 2_000


def events(view: View) -> list[Record]:
    """One row per game, the latest start first."""
    return view.warehouse.rows("select * from marts.dim_events order by starts_at desc, event_id")


def page(view: View, every: Sequence[Record], *, with_page: Collection[str]) -> Page:
    """The list of games, those to come in their order and then those that were.

    Args:
        view: the warehouse.
        every: all games, of `events`.
        with_page: the ids of those that have a page.
    """
    shown = [_row(event) for event in every if event["event_id"] in with_page]
    to_come = [row for row in reversed(shown) if row["starts_at"] > view.as_of]
    begun = [row for row in shown if row["starts_at"] <= view.as_of]
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


def _row(event: Record) -> Mapping[str, Any]:
    return {**event, "page": address(event["event_id"])}
