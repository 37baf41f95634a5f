"""The best prices of upcoming games: now, or at any past moment."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from analysis.events import EVENTS_THEN
from analysis.warehouse import Record, Warehouse

RELATIONS = ("marts.fct_best_prices", "marts.dim_events")
PAST_RELATIONS = (
    "marts.fct_odds_changes",
    "marts.fct_odds",
    EVENTS_THEN,
    "marts.dim_bookmakers",
)

# without a sighting for longer than the widest fetch tier and a day, a quote is not on the board
LONGEST_SILENCE = "interval '3 days'"

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
    where, parameters = _filters(sport_key=sport_key, market_key=market_key, event_id=event_id)
    return warehouse.rows(
        f"""
        select {_COLUMNS}
        from marts.fct_best_prices as prices
        inner join marts.dim_events as events
            on prices.event_id = events.event_id
        where {where}
        order by {_ORDER}
        """,  # noqa: S608 - our own conditions; values are parameters
        parameters,
    )


def past_board(
    warehouse: Warehouse,
    moment: datetime,
    *,
    sport_key: str | None = None,
    market_key: str | None = None,
    event_id: str | None = None,
) -> list[Record]:
    """The same rows as `current_board`, as they would have stood at a moment.

    A quote counts from when the API published it (`valid_from`) until it changes, if it was shown
    within three days before the moment.
    """
    where, parameters = _filters(sport_key=sport_key, market_key=market_key, event_id=event_id)
    warehouse.look_from(moment)
    return warehouse.rows(
        f"""
        with

        standing as (

            select changes.*
            from marts.fct_odds_changes as changes
            inner join {EVENTS_THEN} as events
                on changes.event_id = events.event_id
            where
                events.starts_at > ?
                and changes.valid_from <= ?
                and (changes.valid_to > ? or changes.valid_to is null)
                and not changes.is_withdrawn
                and not changes.is_stale
                and not changes.is_in_play
                and changes.decimal_price is not null

        ),

        sightings as (

            select
                event_id,
                bookmaker_key,
                market_key,
                max(captured_at) as captured_at
            from marts.fct_odds
            where captured_at <= ? and captured_at > ? - {LONGEST_SILENCE}
            group by event_id, bookmaker_key, market_key

        ),

        offered as (

            select
                standing.*,
                sightings.captured_at,
                -- what a stake wins, as the current board ranks it: after commission
                1 + (standing.decimal_price - 1) * (1 - coalesce(books.commission_rate, 0))
                    as net_decimal_price
            from standing
            inner join sightings
                on
                    standing.event_id = sightings.event_id
                    and standing.bookmaker_key = sightings.bookmaker_key
                    and standing.market_key = sightings.market_key
            inner join marts.dim_bookmakers as books
                on standing.bookmaker_key = books.bookmaker_key
            where
                coalesce(books.kind, 'unknown') <> 'dfs'
                and books.is_my_book
                and right(standing.market_key, 4) <> '_lay'

        ),

        ranked as (

            select
                *,
                row_number() over (
                    partition by event_id, market_key, outcome_name, outcome_description, point
                    order by net_decimal_price desc, bookmaker_key collate "C"
                ) as price_rank,
                count(*) over (
                    partition by event_id, market_key, outcome_name, outcome_description, point
                ) as bookmaker_count,
                {_minutes_since(warehouse, "captured_at")} as age_minutes
            from offered

        ),

        prices as (

            select * from ranked
            where price_rank = 1

        )

        select {_COLUMNS}
        from prices
        inner join {EVENTS_THEN} as events
            on prices.event_id = events.event_id
        where {where}
        order by {_ORDER}
        """,  # noqa: S608 - our own conditions; values are parameters
        [moment] * 6 + parameters,
    )


def _minutes_since(warehouse: Warehouse, column: str) -> str:
    if warehouse.engine == "duckdb":
        return f"(epoch_us(cast(? as timestamptz)) - epoch_us({column})) / 6e7"
    return f"cast(extract(epoch from ? - {column}) as double precision) / 60"


def _filters(
    *, sport_key: str | None, market_key: str | None, event_id: str | None
) -> tuple[str, list[object]]:
    wanted = {
        "events.sport_key": sport_key,
        "prices.market_key": market_key,
        "prices.event_id": event_id,
    }
    chosen = {column: value for column, value in wanted.items() if value is not None}
    where = " and ".join(f"{column} = ?" for column in chosen) or "true"
    return where, list(chosen.values())


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
