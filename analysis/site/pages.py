"""A page that is made of cards and tables, as most are."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.reports.page import Frame, document
from analysis.site.tables import DataTable


@dataclass(frozen=True)
class Card:
    """One headline number."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, eq=False)
class Page:
    """What stands on a page."""

    title: str
    tables: Sequence[DataTable] = ()
    cards: Sequence[Card] = ()
    lead: str = ""


def render(page: Page, frame: Frame) -> str:
    """The page as HTML."""
    return document(
        "tables_page.html",
        frame=frame,
        title=page.title,
        lead=page.lead,
        cards=page.cards,
        tables=page.tables,
    )
