"""The best prices of upcoming games with what they are worth: now, or at any past moment."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from analysis import valuation
from analysis.events import EVENTS_NOW, EVENTS_THEN
from analysis.query import EVERYTHING, Conditions, Query, Wanted
from analysis.warehouse import Record, Warehouse

RELATIONS = ("marts.fct_best_prices", EVENTS_NOW)
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
    wanted = _wanted(sport_key=sport_key, market_key=market_key, event_id=event_id)
    return query(warehouse, wanted=wanted).rows(warehouse)


def past_board(
    warehouse: Warehouse,
    moment: datetime,
    *,
    sport_key: str | None = None,
    market_key: str | None = None,
    event_id: str | None = None,
) -> list[Record]:
    """The same rows as `current_board` had at a moment; the connection looks from it afterwards."""
    wanted = _wanted(sport_key=sport_key, market_key=market_key, event_id=event_id)
    return query(warehouse, moment=moment, wanted=wanted).rows(warehouse)


def query(
    warehouse: Warehouse, *, moment: datetime | None = None, wanted: Wanted = EVERYTHING
) -> Query:
    """The board now, by the clock of the views, or at a moment; the connection looks from it then.

    A row is an outcome at a point with its best price (`bookmaker_key` narrows to outcomes of which
    this book has the best). Beside the price stands what it is worth: `fair_…` and `ev_…` by the
    other houses, `consensus_…` by all of them together; null where nobody else tells, where it was
    not known then, or where the models that value offers have not been built.
    """
    if moment is not None:
        warehouse.look_from(moment)
    is_valued = {*valuation.RELATIONS} <= warehouse.relations()
    where = Conditions()
    where.equal("events.sport_key", wanted.sport_key)
    where.equal("prices.market_key", wanted.market_key)
    where.equal("prices.bookmaker_key", wanted.bookmaker_key)
    where.one_of("prices.event_id", wanted.event_ids)
    return Query(
        f"""
        select
            {_COLUMNS},
            {valuation.columns(is_valued=is_valued, is_past=moment is not None)}
        from marts.fct_best_prices as prices
        inner join {EVENTS_NOW if moment is None else EVENTS_THEN} as events
            on prices.event_id = events.event_id
        {valuation.joins(is_valued=is_valued)}
        where {where.sql}
        order by {_ORDER}
        """,  # noqa: S608 - our own conditions; values are parameters
        where.parameters,
    )


def _wanted(*, sport_key: str | None, market_key: str | None, event_id: str | None) -> Wanted:
    event_ids = None if event_id is None else [event_id]
    return Wanted(sport_key=sport_key, market_key=market_key, event_ids=event_ids)


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
