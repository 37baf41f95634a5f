"""What the last look offers: positive EV, arbitrage, middles, low hold, and steam."""

from collections.abc import Sequence
from typing import Final

from analysis import edges
from analysis.edges import Kind
from analysis.site.pages import Page
from analysis.site.tables import Column, DataTable
from analysis.site.view import View
from analysis.warehouse import Record

RELATIONS: Final = edges.RELATIONS
MOST_ROWS: Final = 300

_GAME: Final = Column("event_name", "Game", link="page", is_of_mart=False)
_START: Final = Column("starts_at", "Start", "moment")
_FRESH: Final = Column("is_fresh", "Fresh", "yes")


def page(view: View) -> Page:
    """All edges, each kind a table."""
    return Page(
        title="Edges",
        tables=[_positive_ev(view), *_line_edges(view), _steam(view)],
        lead="What the last look offers, after commission. Ages are those of the price; what is "
        "not fresh has most likely gone.",
    )


def _positive_ev(view: View) -> DataTable:
    return DataTable(
        id="ev",
        title="Positive expected value",
        mart="marts.rpt_positive_ev",
        columns=[
            _GAME,
            Column("ev_default", "EV", "signed percent"),
            Column("decimal_price", "Price", "price"),
            Column("bookmaker_key", "Book"),
            Column("outcome_name", "Outcome", under="outcome_description"),
            Column("point", "Point", "line"),
            Column("market_key", "Market"),
            Column("fair_decimal_price", "Fair", "price"),
            Column("ev_worst_case", "EV, worst case", "signed percent"),
            Column("kelly_capped", "Kelly, capped", "fine percent"),
            Column("age_minutes", "Seen", "age"),
            _FRESH,
            _START,
        ],
        rows=_read(view, "positive_ev"),
        absent="No price is better than the other books' fair one.",
        as_of=view.as_of,
        filters=("market_key", "bookmaker_key"),
    )


def _line_edges(view: View) -> list[DataTable]:
    """What is made of two or three legs."""
    return [
        _legs(
            view,
            "arbitrage",
            mart="marts.rpt_arbitrage",
            anchor="arbitrage",
            title="Arbitrage",
            measures=[Column("guaranteed_roi", "Return", "signed percent")],
            absent="No set of prices pays whatever happens.",
        ),
        _legs(
            view,
            "middle",
            mart="marts.rpt_middles",
            anchor="middles",
            title="Middles",
            measures=[
                Column("gap", "Gap", "point"),
                Column("middle_probability", "Middle", "fine percent"),
                Column("break_even_probability", "Break-even", "fine percent"),
                Column("expected_roi", "Expected", "signed percent"),
            ],
            absent="No two lines leave a gap worth its cost.",
            note="Both legs win inside the gap. Expected is what the pair pays on average: below "
            "zero the gap is too narrow for what it costs.",
        ),
        _legs(
            view,
            "low_hold",
            mart="marts.rpt_low_hold",
            anchor="low-hold",
            title="Low hold",
            measures=[Column("overround", "Overround", "fine percent")],
            absent="No set of best prices has little margin.",
        ),
    ]


def _legs(
    view: View,
    kind: Kind,
    *,
    mart: str,
    anchor: str,
    title: str,
    measures: Sequence[Column],
    absent: str,
    note: str = "",
) -> DataTable:
    rows = _read(view, kind)
    has_third = any(row.get("outcome_name_3") for row in rows)
    legs = [
        Column(
            f"{name}_{leg}",
            f"{heading} {leg}",
            kind,
            under=f"bookmaker_key_{leg}" if name == "outcome_name" else None,
        )
        for leg in ((1, 2, 3) if has_third else (1, 2))
        for name, heading, kind in (
            ("outcome_name", "Outcome", "text"),
            ("point", "Point", "line"),
            ("net_decimal_price", "Net", "price"),
            ("stake_share", "Stake", "fine percent"),
            ("age_minutes", "Seen", "age"),
        )
    ]
    market = Column("line_market_key", "Market", under="outcome_description")
    return DataTable(
        id=anchor,
        title=title,
        mart=mart,
        columns=[
            _GAME,
            *measures,
            _FRESH,
            market,
            *legs,
            _START,
        ],
        rows=rows,
        absent=absent,
        as_of=view.as_of,
        note=note,
    )


def _steam(view: View) -> DataTable:
    rows = _read(view, "steam")
    return DataTable(
        id="steam",
        title="Steam",
        mart="marts.fct_line_movements",
        columns=[
            _GAME,
            Column("market_key", "Market"),
            Column("outcome_name", "Outcome", under="outcome_description"),
            Column("direction", "Way", "words"),
            Column("mean_point_move", "Points", "signed"),
            Column("mean_probability_move", "Probability", "signed percent"),
            Column("first_mover", "First"),
            Column("book_group_count", "Houses", "count"),
            Column("moved_at", "Last move", "age moment"),
            Column("starts_at", "Start", "moment", is_of_mart=False),
        ],
        rows=rows[:MOST_ROWS],
        cut=len(rows) if len(rows) > MOST_ROWS else 0,
        absent="No game to come has seen steam.",
        as_of=view.as_of,
        note="Waves of moves of several houses the same way, of games to come; the moves are means "
        "over the books that followed. Every single move stands on the page of its game.",
        filters=("market_key", "first_mover"),
    )


def _read(view: View, kind: Kind) -> list[Record]:
    return [
        {**row, "page": view.page_of(row["event_id"])}
        for row in edges.query(view.warehouse, kind).rows(view.warehouse)
    ]
