"""The best prices of upcoming games: now, or at any past moment."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from analysis.events import EVENTS_THEN
from analysis.warehouse import Record, Warehouse

RELATIONS = ("marts.fct_best_prices", "marts.dim_events")
PAST_RELATIONS = ("marts.fct_best_prices", EVENTS_THEN)

_Market = tuple[str, str, str | None]

_ORDER = """
    events.starts_at,
    prices.event_id,
    prices.market_key,
    prices.outcome_description nulls first,
    prices.outcome_name,
    prices.point nulls first
"""
_COLUMNS = """
    events.sport_key,
    events.starts_at,
    events.home_team,
    events.away_team,
    prices.event_id,
    prices.market_key,
    prices.outcome_name,
    prices.outcome_description,
    prices.point,
    prices.decimal_price,
    prices.american_price,
    prices.bookmaker_key,
    prices.bookmaker_count,
    prices.captured_at,
    prices.age_minutes,
    prices.net_decimal_price,
    events.event_name
"""


def current_board(
    warehouse: Warehouse,
    *,
    sport_key: str | None = None,
    market_key: str | None = None,
    event_id: str | None = None,
) -> list[Record]:
    """One row per upcoming event, market, outcome and point, by the clock of the views."""
    wanted = _filters(sport_key=sport_key, market_key=market_key, event_id=event_id)
    return _board(warehouse, "marts.dim_events", wanted)


def past_board(
    warehouse: Warehouse,
    moment: datetime,
    *,
    sport_key: str | None = None,
    market_key: str | None = None,
    event_id: str | None = None,
) -> list[Record]:
    """The same rows as `current_board` had at a moment; the connection looks from it afterwards."""
    wanted = _filters(sport_key=sport_key, market_key=market_key, event_id=event_id)
    warehouse.look_from(moment)
    return _board(warehouse, EVENTS_THEN, wanted)


def _board(warehouse: Warehouse, events: str, wanted: Mapping[str, str]) -> list[Record]:
    where = " and ".join(f"{column} = ?" for column in wanted) or "true"
    return warehouse.rows(
        f"""
        select {_COLUMNS}
        from marts.fct_best_prices as prices
        inner join {events} as events
            on prices.event_id = events.event_id
        where {where}
        order by {_ORDER}
        """,  # noqa: S608 - our own conditions; values are parameters
        list(wanted.values()),
    )


def _filters(
    *, sport_key: str | None, market_key: str | None, event_id: str | None
) -> dict[str, str]:
    wanted = {
        "events.sport_key": sport_key,
        "prices.market_key": market_key,
        "prices.event_id": event_id,
    }
    return {column: value for column, value in wanted.items() if value is not None}


def main_lines(board: Sequence[Record]) -> list[Record]:
    """The rows of the line that most books offer, in each market of each event.

    Both sides of a handicap are one line: points that differ in sign only.
    """
    offers: Counter[tuple[_Market, float | None]] = Counter()
    for row in board:
        offers[_market(row), _line(row)] += row["bookmaker_count"]
    widest: dict[_Market, float | None] = {}
    for market, line in offers:
        if market not in widest or offers[market, line] > offers[market, widest[market]]:
            widest[market] = line
    return [row for row in board if widest[_market(row)] == _line(row)]


def _market(row: Record) -> _Market:
    return row["event_id"], row["market_key"], row["outcome_description"]


def _line(row: Record) -> float | None:
    return None if row["point"] is None else abs(row["point"])
