"""Edges of the last look, or of the last look before a moment: what pays more than it should.

Of a past moment is told what the marts told then. What they take from later games is null (see
`analysis.valuation`), and steam is not told: whether a move was steam may rest on moves after it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, get_args

from analysis.events import EVENTS_NOW, EVENTS_THEN
from analysis.query import EVERYTHING, Conditions, Query, Wanted
from analysis.valuation import LEARNED
from analysis.warehouse import Record, Warehouse
from ingestion.errors import UsageError

# the words of `rpt_edge_legs`, and steam, which is no edge by itself
Kind = Literal["positive_ev", "arbitrage", "middle", "low_hold", "steam"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

RELATIONS: Final = (
    EVENTS_NOW,
    "marts.fct_best_prices",
    "marts.fct_line_movements",
    "marts.rpt_positive_ev",
    "marts.rpt_arbitrage",
    "marts.rpt_middles",
    "marts.rpt_low_hold",
)
PAST_RELATIONS: Final = (EVENTS_THEN, *RELATIONS[1:])

_LEGS_OF_A_PAIR = (1, 2)
_LEGS_OF_A_SET = (1, 2, 3)
_LEG_COLUMNS = (
    "outcome_name",
    "point",
    "bookmaker_key",
    "market_key",
    "american_price",
    "net_decimal_price",
    "age_minutes",
    "stake_share",
)
_EVENT_COLUMNS = """
            edges.event_id,
            edges.sport_key,
            events.home_team,
            events.away_team,
            events.event_name,
            events.starts_at"""
_BY_A_CURVE = (
    "middle_probability",
    "push_1_probability",
    "push_2_probability",
    "expected_roi",
    "distribution_source",
)


def query(
    warehouse: Warehouse,
    kind: Kind,
    *,
    moment: datetime | None = None,
    wanted: Wanted = EVERYTHING,
    min_value: float | None = None,
) -> Query:
    """One row per edge of a kind, the best first; of steam one per wave of moves, the last first.

    Args:
        warehouse: where to read; with a moment it looks from there afterwards.
        kind: which report.
        moment: a past one; null for now, by the clock of the views.
        wanted: of sets of several legs those with one at this book, or in this market.
        min_value: only what is expected to pay at least this per unit staked; see `worth`.

    Raises:
        UsageError: steam is asked for at a moment, or a least value of what has none.
    """
    if moment is not None:
        warehouse.look_from(moment)
    events = EVENTS_NOW if moment is None else EVENTS_THEN
    if min_value is not None and worth(kind) is None:
        raise UsageError(f"no edge of kind {kind} has an expected value to ask a least one of")
    if kind == "positive_ev":
        return _positive_ev(events, wanted, min_value, is_past=moment is not None)
    if kind == "middle":
        return _middles(events, wanted, min_value, is_past=moment is not None)
    if kind == "steam":
        if moment is not None:
            raise UsageError(
                "steam is told of now only: whether a move was steam may rest on moves after it"
            )
        return _steam(warehouse, wanted)
    return _sets(kind, events, wanted, min_value)


def worth(kind: Kind) -> str | None:
    """The column of what an edge is expected to pay per unit staked; null where none says so."""
    worths: dict[str, str] = {
        "positive_ev": "ev_default",
        "arbitrage": "guaranteed_roi",
        "middle": "expected_roi",
    }
    return worths.get(kind)


def looked_at(
    warehouse: Warehouse, *, moment: datetime | None = None, wanted: Wanted = EVERYTHING
) -> Record:
    """What edges were looked for among: offers and games, the last look at them and its age.

    `captured_at` and `age_minutes` are null where there is no offer. A book does not narrow it: its
    offers are compared with those of all others.
    """
    if moment is not None:
        warehouse.look_from(moment)
    where = Conditions()
    where.equal("events.sport_key", wanted.sport_key)
    where.equal("prices.market_key", wanted.market_key)
    where.one_of("prices.event_id", wanted.event_ids)
    (row,) = warehouse.rows(
        f"""
        select
            cast(coalesce(sum(prices.bookmaker_count), 0) as integer) as offers,
            cast(count(distinct prices.event_id) as integer) as games,
            max(prices.captured_at) as captured_at,
            min(prices.age_minutes) as age_minutes
        from marts.fct_best_prices as prices
        inner join {EVENTS_NOW if moment is None else EVENTS_THEN} as events
            on prices.event_id = events.event_id
        where {where.sql}
        """,  # noqa: S608 - our own conditions; values are parameters
        where.parameters,
    )
    return row


def legs(edge: Record) -> list[Record]:
    """The legs of an edge of several, in order, each with the columns of `rpt_edge_legs`."""
    return [
        {column: edge[f"{column}_{number}"] for column in _LEG_COLUMNS}
        for number in _LEGS_OF_A_SET
        if edge.get(f"outcome_name_{number}") is not None
    ]


def _positive_ev(events: str, wanted: Wanted, min_value: float | None, *, is_past: bool) -> Query:
    where = _of_events(wanted)
    where.equal("edges.market_key", wanted.market_key)
    where.equal("edges.bookmaker_key", wanted.bookmaker_key)
    if min_value is not None:
        where.add("edges.ev_default >= ?", min_value)
    if is_past:
        where.add(f"not ({LEARNED.format(table='edges')})")
    return Query(
        f"""
        select
            {_EVENT_COLUMNS},
            edges.market_key,
            edges.outcome_name,
            edges.outcome_description,
            edges.point,
            edges.bookmaker_key,
            edges.american_price,
            edges.decimal_price,
            edges.net_decimal_price,
            edges.captured_at,
            edges.age_minutes,
            edges.fair_probability,
            edges.fair_decimal_price,
            edges.ev_default,
            edges.ev_worst_case,
            edges.ev_error,
            edges.is_beyond_error,
            edges.kelly_capped,
            edges.kelly_worst_case,
            edges.is_point_adjusted,
            edges.source_count,
            edges.reference_age_minutes,
            edges.sharp_bookmaker_key,
            edges.sharp_status,
            edges.is_fresh,
            edges.edge_rank
        from marts.rpt_positive_ev as edges
        inner join {events} as events
            on edges.event_id = events.event_id
        where {where.sql}
        order by edges.edge_rank
        """,  # noqa: S608 - our own conditions; values are parameters
        where.parameters,
    )


def _sets(kind: Kind, events: str, wanted: Wanted, min_value: float | None) -> Query:
    where = _of_events(wanted)
    _of_legs(where, wanted, _LEGS_OF_A_SET)
    if min_value is not None:
        where.add("edges.guaranteed_roi >= ?", min_value)
    return Query(
        f"""
        select
            {_EVENT_COLUMNS},
            edges.line_market_key,
            edges.outcome_description,
            edges.outcome_count,
            {_leg_columns(_LEGS_OF_A_SET)},
            edges.implied_sum,
            edges.overround,
            edges.roi,
            edges.guaranteed_roi,
            edges.leg_gap_seconds,
            edges.is_fresh
        from {"marts.rpt_arbitrage" if kind == "arbitrage" else "marts.rpt_low_hold"} as edges
        inner join {events} as events
            on edges.event_id = events.event_id
        where {where.sql}
        order by
            edges.guaranteed_roi desc nulls last,
            {_SET_ORDER}
        """,  # noqa: S608 - our own conditions; values are parameters
        where.parameters,
    )


def _middles(events: str, wanted: Wanted, min_value: float | None, *, is_past: bool) -> Query:
    learned = LEARNED.format(table="edges")
    values = {
        name: f"case when not ({learned}) then edges.{name} end" if is_past else f"edges.{name}"
        for name in _BY_A_CURVE
    }
    where = _of_events(wanted)
    _of_legs(where, wanted, _LEGS_OF_A_PAIR)
    if min_value is not None:
        where.add(f"{values['expected_roi']} >= ?", min_value)
    return Query(
        f"""
        select
            {_EVENT_COLUMNS},
            edges.line_market_key,
            edges.outcome_description,
            {_leg_columns(_LEGS_OF_A_PAIR)},
            edges.gap,
            edges.implied_sum,
            edges.cost_if_missed,
            edges.break_even_probability,
            {", ".join(f"{value} as {name}" for name, value in values.items())},
            edges.source_count,
            edges.leg_gap_seconds,
            edges.is_fresh
        from marts.rpt_middles as edges
        inner join {events} as events
            on edges.event_id = events.event_id
        where {where.sql}
        order by
            {values["expected_roi"]} desc nulls last,
            edges.cost_if_missed,
            {_SET_ORDER},
            edges.point_2
        """,  # noqa: S608 - our own conditions; values are parameters
        where.parameters,
    )


def _steam(warehouse: Warehouse, wanted: Wanted) -> Query:
    clock = warehouse.clock()
    now = clock.moment if clock else None
    where = _of_events(wanted)
    where.equal("edges.market_key", wanted.market_key)
    where.equal("edges.bookmaker_key", wanted.bookmaker_key)
    return Query(
        f"""
        select
            {_EVENT_COLUMNS},
            edges.market_key,
            edges.outcome_name,
            edges.outcome_description,
            edges.line,
            edges.direction,
            edges.first_mover,
            cast(count(distinct edges.book_group) as integer) as book_group_count,
            min(edges.moved_after_at) as moved_after_at,
            max(edges.moved_at) as moved_at,
            max(edges.minutes_to_start) as minutes_to_start,
            avg(edges.point_move) as mean_point_move,
            avg(edges.probability_move) as mean_probability_move,
            cast(extract(epoch from (cast(? as timestamp with time zone) - max(edges.moved_at)))
                / 60 as double precision) as age_minutes
        from marts.fct_line_movements as edges
        inner join {EVENTS_NOW} as events
            on edges.event_id = events.event_id
        where
            edges.is_steam
            and events.starts_at > ?
            and edges.moved_at <= ?
            and {where.sql}
        group by
            {_EVENT_COLUMNS},
            edges.market_key,
            edges.outcome_name,
            edges.outcome_description,
            edges.line,
            edges.direction,
            edges.first_mover,
            edges.wave_number
        order by
            max(edges.moved_at) desc,
            edges.event_id,
            edges.market_key,
            edges.outcome_name,
            edges.outcome_description nulls first,
            edges.line nulls first,
            edges.direction
        """,  # noqa: S608 - our own conditions; values are parameters
        [now, now, now, *where.parameters],
    )


_SET_ORDER = """edges.event_id,
            edges.line_market_key,
            edges.outcome_description nulls first,
            edges.point_1 nulls first"""


def _of_events(wanted: Wanted) -> Conditions:
    where = Conditions()
    where.equal("edges.sport_key", wanted.sport_key)
    where.one_of("edges.event_id", wanted.event_ids)
    return where


def _of_legs(where: Conditions, wanted: Wanted, numbers: Sequence[int]) -> None:
    for column, value in (
        ("bookmaker_key", wanted.bookmaker_key),
        ("market_key", wanted.market_key),
    ):
        if value is not None:
            anyone = " or ".join(f"edges.{column}_{number} = ?" for number in numbers)
            where.add(f"({anyone})", *[value] * len(numbers))


def _leg_columns(numbers: Sequence[int]) -> str:
    return ", ".join(f"edges.{column}_{number}" for number in numbers for column in _LEG_COLUMNS)
