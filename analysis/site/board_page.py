"""The first page: the games to come with their best prices and what these are worth."""

from typing import Final

from analysis import board
from analysis.reports import formats
from analysis.site.pages import Card, Page
from analysis.site.tables import Column, DataTable
from analysis.site.view import View

RELATIONS: Final = board.RELATIONS


def page(view: View) -> Page:
    """The board."""
    every = board.current_board(view.warehouse)
    rows = [
        {
            **row,
            "outcome": " ".join(filter(None, (row["outcome_description"], row["outcome_name"]))),
            "page": view.page_of(row["event_id"]),
        }
        for row in board.main_lines(every)
    ]
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
            Column("fair_decimal_price", "Fair", "price", is_of_mart=False),
            Column("consensus_decimal_price", "Fair of all", "price", is_of_mart=False),
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
        "and EV are by the prices of the other houses, after commission; fair of all by those of "
        "every book. A dash: too few of them.",
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
