"""One's own bets: what they were, what became of them, and what they are worth at the close."""

from typing import Final

from analysis.reports import formats
from analysis.site.event_page import address
from analysis.site.pages import Card, Page
from analysis.site.tables import Column, DataTable
from analysis.site.view import View

RELATIONS: Final = ("marts.fct_bets", "marts.fct_bet_legs")
MOST_BETS: Final = 2_000


def page(view: View) -> Page:
    """The bets and their legs, the newest first."""
    bets, legs = _bets(view), _legs(view)
    settled = [row for row in bets.rows if row["profit"] is not None]
    cards = [
        Card("Bets", formats.count(bets.cut or len(bets.rows))),
        Card("Staked, settled bets", formats.money(sum(row["stake"] for row in settled))),
        Card("Profit", formats.money(sum(row["profit"] for row in settled))),
    ]
    return Page(title="My bets", tables=[bets, legs], cards=cards if bets.rows else [])


def _bets(view: View) -> DataTable:
    rows = view.warehouse.rows(
        """
        select
            bet_id, placed_at, bookmaker_key, stake, decimal_price, bet_kind, status, profit,
            source, unmatched_reason
        from marts.fct_bets
        order by placed_at desc, bet_id
        """
    )
    return DataTable(
        id="bets",
        title="Bets",
        mart="marts.fct_bets",
        columns=[
            Column("placed_at", "Placed", "moment"),
            Column("bookmaker_key", "Book"),
            Column("bet_kind", "Kind", "words"),
            Column("stake", "Stake", "money"),
            Column("decimal_price", "Price", "price"),
            Column("status", "Status", "words"),
            Column("profit", "Profit", "money"),
            Column("source", "From"),
            Column("unmatched_reason", "Not matched because", "words"),
            Column("bet_id", "Bet"),
        ],
        rows=rows[:MOST_BETS],
        cut=len(rows) if len(rows) > MOST_BETS else 0,
        absent="No bet was told to the warehouse yet.",
        as_of=view.as_of,
        filters=("bookmaker_key", "status", "bet_kind"),
    )


def _legs(view: View) -> DataTable:
    rows = [
        {**row, "page": address(row["event_id"]) if row["event_id"] else None}
        for row in view.warehouse.rows(
            """
            select legs.*
            from marts.fct_bet_legs as legs
            inner join marts.fct_bets as bets
                on legs.bet_id = bets.bet_id
            order by bets.placed_at desc, legs.bet_id, legs.leg_number
            """
        )
    ]
    # which measures of the close there are is the mart's to say
    measures = [name for name in (rows[0] if rows else ()) if name.endswith("_clv")]
    return DataTable(
        id="legs",
        title="Legs",
        mart="marts.fct_bet_legs",
        columns=[
            Column("bet_id", "Bet"),
            Column("leg_number", "Leg", "count"),
            Column("event_id", "Event", link="page"),
            Column("market_key", "Market"),
            Column("outcome_description", "About"),
            Column("outcome_name", "Outcome"),
            Column("point", "Point", "line"),
            Column("decimal_price", "Price", "price"),
            Column("outcome", "Result", "words"),
            *(
                Column(
                    name, f"CLV, {name.removesuffix('_clv').replace('_', ' ')}", "signed percent"
                )
                for name in measures
            ),
        ],
        rows=rows[:MOST_BETS],
        cut=len(rows) if len(rows) > MOST_BETS else 0,
        absent="No bet was told to the warehouse yet.",
        as_of=view.as_of,
    )
