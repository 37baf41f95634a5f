"""What the last look offers: positive EV, arbitrage, middles, low hold, and steam."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from analysis.site.event_page import address
from analysis.site.pages import Page
from analysis.site.tables import Column, DataTable
from analysis.site.view import View
from analysis.warehouse import Record

RELATIONS: Final = (
    "marts.rpt_positive_ev",
    "marts.rpt_arbitrage",
    "marts.rpt_middles",
    "marts.rpt_low_hold",
    "marts.fct_line_movements",
    "marts.dim_events",
)
STEAM_WINDOW: Final = timedelta(hours=24)
MOST_STEAM: Final = 300

_GAME: Final = Column("game", "Game", link="page", is_of_mart=False)
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
            Column("outcome_name", "Outcome"),
            Column("point", "Point", "line"),
            Column("market_key", "Market"),
            Column("fair_decimal_price", "Fair", "price"),
            Column("ev_worst_case", "EV, worst case", "signed percent"),
            Column("kelly_capped", "Kelly, capped", "fine percent"),
            Column("age_minutes", "Seen", "age"),
            _FRESH,
            _START,
        ],
        rows=_read(view, "marts.rpt_positive_ev", "edge_rank"),
        absent="No price is better than the other books' fair one.",
        as_of=view.as_of,
        filters=("market_key", "bookmaker_key"),
    )


def _line_edges(view: View) -> list[DataTable]:
    """What is made of two or three legs."""
    return [
        _legs(
            view,
            "marts.rpt_arbitrage",
            anchor="arbitrage",
            title="Arbitrage",
            order="guaranteed_roi desc",
            measures=[Column("guaranteed_roi", "Return", "signed percent")],
            absent="No set of prices pays whatever happens.",
        ),
        _legs(
            view,
            "marts.rpt_middles",
            anchor="middles",
            title="Middles",
            order="expected_roi desc nulls last",
            measures=[
                Column("gap", "Gap", "point"),
                Column("middle_probability", "Middle", "fine percent"),
                Column("break_even_probability", "Break-even", "fine percent"),
                Column("expected_roi", "Expected", "signed percent"),
            ],
            absent="No two lines leave a gap worth its cost.",
        ),
        _legs(
            view,
            "marts.rpt_low_hold",
            anchor="low-hold",
            title="Low hold",
            order="overround",
            measures=[Column("overround", "Overround", "fine percent")],
            absent="No set of best prices has little margin.",
        ),
    ]


def _legs(
    view: View,
    mart: str,
    *,
    anchor: str,
    title: str,
    order: str,
    measures: Sequence[Column],
    absent: str,
) -> DataTable:
    rows = _read(view, mart, order)
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
            ("net_decimal_price", "Net price", "price"),
            ("stake_share", "Stake", "fine percent"),
            ("age_minutes", "Seen", "age"),
        )
    ]
    return DataTable(
        id=anchor,
        title=title,
        mart=mart,
        columns=[_GAME, *measures, _FRESH, Column("line_market_key", "Market"), *legs, _START],
        rows=rows,
        absent=absent,
        as_of=view.as_of,
    )


def _steam(view: View) -> DataTable:
    found = view.warehouse.rows(
        """
        select
            moves.event_id, moves.moved_at, moves.market_key, moves.outcome_name,
            moves.bookmaker_key, moves.previous_point, moves.point, moves.previous_decimal_price,
            moves.decimal_price, moves.probability_move, moves.wave_group_count,
            moves.is_first_mover, events.event_name, events.starts_at
        from marts.fct_line_movements as moves
        inner join marts.dim_events as events
            on moves.event_id = events.event_id
        where moves.is_steam and moves.moved_at > ? and moves.moved_at <= ?
        order by
            moves.moved_at desc, moves.event_id, moves.market_key, moves.outcome_name,
            moves.bookmaker_key
        """,
        [view.as_of - STEAM_WINDOW, view.as_of],
    )
    rows = [{**row, "page": address(row["event_id"])} for row in found]
    return DataTable(
        id="steam",
        title="Steam of the last 24 hours",
        mart="marts.fct_line_movements",
        columns=[
            Column("moved_at", "Moved", "age moment"),
            Column("event_name", "Game", link="page", is_of_mart=False),
            Column("market_key", "Market"),
            Column("outcome_name", "Outcome"),
            Column("bookmaker_key", "Book"),
            Column("previous_point", "Point before", "line"),
            Column("point", "Point", "line"),
            Column("previous_decimal_price", "Price before", "price"),
            Column("decimal_price", "Price", "price"),
            Column("probability_move", "Probability", "signed percent"),
            Column("wave_group_count", "Houses moved", "count"),
            Column("is_first_mover", "First", "yes"),
        ],
        rows=rows[:MOST_STEAM],
        cut=len(rows) if len(rows) > MOST_STEAM else 0,
        absent="No steam was seen within a day.",
        as_of=view.as_of,
        filters=("market_key", "bookmaker_key"),
    )


def _read(view: View, mart: str, order: str) -> list[Mapping[str, Any]]:
    found: list[Record] = view.warehouse.rows(
        f"select * from {mart} order by {order}, event_id"  # noqa: S608 - our own names
    )
    return [
        {
            **row,
            "game": " @ ".join(filter(None, (row["away_team"], row["home_team"]))) or "the field",
            "page": address(row["event_id"]),
        }
        for row in found
    ]
