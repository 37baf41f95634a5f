"""A page that is made of cards and tables, as most are."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from analysis.reports.page import Frame, document
from analysis.site.tables import DataTable


@dataclass(frozen=True)
class Card:
    """One headline number; those of one group stand together under its name."""

    name: str
    value: str
    note: str = ""
    group: str = ""


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
        card_groups=[
            (group, list(cards))
            for group, cards in groupby(page.cards, key=lambda card: card.group)
        ],
        tables=page.tables,
    )
