"""The first page: the games to come with their best prices and what these are worth."""

from collections.abc import Sequence
from typing import Any, Final

from analysis.board import RELATIONS as BOARD_RELATIONS
from analysis.board import current_board, main_lines
from analysis.reports import formats
from analysis.site.event_page import address
from analysis.site.pages import Card, Page
from analysis.site.tables import Column, DataTable
from analysis.site.view import View
from analysis.warehouse import Record, Warehouse

RELATIONS: Final = (*BOARD_RELATIONS, "marts.fct_offers_valued")
_KEY: Final = (
    "event_id",
    "market_key",
    "outcome_name",
    "outcome_description",
    "point",
    "bookmaker_key",
)


def offers_now(warehouse: Warehouse) -> list[Record]:
    """One row per offer of games to come: what it is worth by the other books."""
    return warehouse.rows(
        """
        select
            event_id, market_key, outcome_name, outcome_description, point, bookmaker_key,
            1.0 / nullif(fair_probability, 0) as fair_price, ev_default, reference_count
        from marts.fct_offers_valued
        where moment = 'now'
        """
    )


def page(view: View) -> Page:
    """The board."""
    every = current_board(view.warehouse)
    rows = _valued(main_lines(every), offers_now(view.warehouse))
    table = DataTable(
        id="board",
        title="Best prices",
        mart="marts.fct_best_prices",
        columns=[
            Column("outcome", "Outcome", link="page", under="event_name", is_of_mart=False),
            Column("point", "Point", "line"),
            Column("decimal_price", "Best", "price"),
            Column("ev_default", "EV", "signed percent", is_of_mart=False),
            Column("bookmaker_key", "Book"),
            Column("fair_price", "Fair", "price", is_of_mart=False),
            Column("american_price", "US", "american"),
            Column("bookmaker_count", "Books", "count"),
            Column("market_key", "Market"),
            Column("starts_at", "Start", "moment", is_of_mart=False),
            Column("captured_at", "Seen", "age moment"),
        ],
        rows=rows,
        absent="There are no prices of games to come.",
        as_of=view.as_of,
        note="The line that most books have; every other one stands on the page of the game. Fair "
        "and EV are by the other books' prices, after commission; a dash: too few of them.",
        filters=("market_key", "bookmaker_key"),
        first=120,
    )
    games = {row["event_id"] for row in rows}
    best = max((row["ev_default"] for row in rows if row["ev_default"] is not None), default=None)
    cards = [
        Card("Games to come", formats.count(len(games)), "with a price now"),
        Card("Prices", formats.count(len(every)), "best ones, all lines"),
        Card("Highest EV", formats.percent(best), "of the prices below"),
    ]
    return Page(title="Board", tables=[table], cards=cards)


def _valued(board: Sequence[Record], offers: Sequence[Record]) -> list[dict[str, Any]]:
    worth = {tuple(offer[name] for name in _KEY): offer for offer in offers}
    valued = []
    for row in board:
        offer = worth.get(tuple(row[name] for name in _KEY), {})
        valued.append(
            {
                **row,
                "outcome": " ".join(
                    part for part in (row["outcome_description"], row["outcome_name"]) if part
                ),
                "page": address(row["event_id"]),
                "fair_price": offer.get("fair_price"),
                "ev_default": offer.get("ev_default"),
            }
        )
    return valued
