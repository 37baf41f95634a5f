"""What the bets were worth by the line their markets closed at, in every form of `analysis.clv`.

The reference is the sharp book's close, else the consensus, at the bet's own point; where that line
did not close, what the closing distribution of the score gives at the point. A game that was called
off has no close, whatever stood before its start. The same rules make
`marts.fct_closing_line_value` of bets of one's own; a test holds the two together.
"""

from collections.abc import Iterator
from datetime import datetime
from math import ceil, floor
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.backtest.columns import as_list, rows_of
from analysis.clv import (
    beat_close,
    implied_clv,
    no_vig_clv,
    point_adjusted_clv,
    points_clv,
    price_clv,
)
from analysis.events import EVENTS_THEN
from analysis.frames import frame
from analysis.warehouse import Warehouse

RELATIONS = (
    "marts.fct_closing_lines",
    "marts.fct_reference_closes",
    "marts.fct_closing_distributions",
    "marts.dim_events",
    EVENTS_THEN,
)

_BETS = """
    with

    bets as (

        select
            unnest(cast(? as integer[])) as bet_number,
            unnest(cast(? as text[])) as event_id,
            unnest(cast(? as text[])) as bookmaker_key,
            unnest(cast(? as text[])) as market_key,
            unnest(cast(? as text[])) as outcome_name,
            unnest(cast(? as text[])) as outcome_description,
            unnest(cast(? as double precision[])) as line,
            unnest(cast(? as double precision[])) as point

    )
"""
_CLOSES = f"""{_BETS}
    select
        bets.bet_number,
        at_point.fair_probability,
        at_point.sharp_decimal_price,
        main_line.event_id is not null as has_main_line,
        main_line.point as main_point,
        own.point as own_point,
        own.decimal_price as own_decimal_price,
        markets.has_many_lines,
        events.status in ('postponed', 'cancelled') as is_off,
        closed.event_id is not null as is_closed
    from bets
    inner join marts.markets as markets
        on bets.market_key = markets.market_key
    inner join {EVENTS_THEN} as events
        on bets.event_id = events.event_id
    -- the closes that are held are those of the start that is believed now
    left join marts.dim_events as closed
        on
            events.event_id = closed.event_id
            and events.starts_at = closed.starts_at
            and events.starts_at <= ?
    left join marts.fct_reference_closes as at_point
        on
            closed.event_id = at_point.event_id
            and bets.market_key = at_point.market_key
            and bets.outcome_name = at_point.outcome_name
            and bets.outcome_description is not distinct from at_point.outcome_description
            and bets.point is not distinct from at_point.point
    left join marts.fct_reference_closes as main_line
        on
            closed.event_id = main_line.event_id
            and bets.market_key = main_line.market_key
            and bets.outcome_name = main_line.outcome_name
            and bets.outcome_description is not distinct from main_line.outcome_description
            and main_line.is_main_line
    left join marts.fct_closing_lines as own
        on
            closed.event_id = own.event_id
            and bets.bookmaker_key = own.bookmaker_key
            and bets.market_key = own.market_key
            and bets.outcome_name = own.outcome_name
            and bets.outcome_description is not distinct from own.outcome_description
            and bets.line is not distinct from own.line
            and own.missing_reason is null
    order by bets.bet_number
"""  # noqa: S608 - our own text; values are parameters
# a quarter line is two bets of half the stake, at the half points beside it
_DISTRIBUTIONS = """
    with

    halves as (

        select
            unnest(cast(? as integer[])) as bet_number,
            unnest(cast(? as text[])) as event_id,
            unnest(cast(? as text[])) as score_kind,
            unnest(cast(? as double precision[])) as threshold

    )

    select
        halves.bet_number,
        distributions.above_probability,
        distributions.at_probability
    from halves
    inner join marts.fct_closing_distributions as distributions
        on
            halves.event_id = distributions.event_id
            and halves.score_kind = distributions.score_kind
            and halves.threshold = distributions.threshold
    order by halves.bet_number, halves.threshold
"""
_SCORE_KINDS = {"spread": "margin", "total": "total"}


class ClosingValue(NamedTuple):
    """One bet against its close; None where there is nothing to compare with."""

    close_fair_probability: float | None
    close_push_probability: float
    price_clv: float | None
    implied_clv: float | None
    no_vig_clv: float | None
    points_clv: float | None
    point_adjusted_clv: float | None
    own_price_clv: float | None
    beat_close: float | None
    clv_missing_reason: str | None


COLUMNS = ClosingValue._fields
_EVENT_OFF = ClosingValue(
    close_fair_probability=None,
    close_push_probability=0.0,
    price_clv=None,
    implied_clv=None,
    no_vig_clv=None,
    points_clv=None,
    point_adjusted_clv=None,
    own_price_clv=None,
    beat_close=None,
    clv_missing_reason="event_off",
)


def closing_values(warehouse: Warehouse, bets: pd.DataFrame, *, as_of: datetime) -> pd.DataFrame:
    """One row per bet: the columns of `ClosingValue`.

    Args:
        warehouse: where the marts are.
        bets: `bet_number`, the quote's key, `market_kind`, `period`, `side_no`, `point` and
            `net_decimal_price`; moved bets (that started past their window) are the caller's.
        as_of: only games that had begun by then have closes, and only by a start that was
            believed then.
    """
    if bets.empty:
        return pd.DataFrame(columns=list(COLUMNS), index=bets.index)
    names = ("bet_number", "event_id", "bookmaker_key", "market_key", "outcome_name")
    keys = [*names, "outcome_description", "line", "point"]
    warehouse.look_from(as_of)
    closes = frame(warehouse, _CLOSES, [*(as_list(bets[name]) for name in keys), as_of])
    distributions = _distributions(warehouse, bets)
    by_number = {row.bet_number: row for row in rows_of(closes)}
    values = [
        _closing_value(bet, by_number[bet.bet_number], distributions.get(bet.bet_number))
        for bet in rows_of(bets)
    ]
    return pd.DataFrame(values, columns=list(COLUMNS), index=bets.index)


def _closing_value(
    bet: Any, close: Any, distribution: list[tuple[float, float]] | None
) -> ClosingValue:
    if close.is_off:
        return _EVENT_OFF
    price = bet.net_decimal_price
    known = distribution if close.is_closed else None
    chances = [_chances(bet.side_no, above, at) for above, at in known or ()]
    adjusted = None
    if chances:
        adjusted = float(
            np.mean([point_adjusted_clv(price, win, loss) for win, loss, _ in chances])
        )
    fair = _number(close.fair_probability)
    push = float(np.mean([each for _, _, each in chances])) if chances else 0.0
    no_vig = None if fair is None else no_vig_clv(price, fair, push)
    sharp_price = _number(close.sharp_decimal_price)
    own_price = _number(close.own_decimal_price)
    is_own_line = own_price is not None and _is_same(close.own_point, bet.point)
    judged_by = no_vig if no_vig is not None else adjusted
    return ClosingValue(
        close_fair_probability=fair if fair is not None else _fair_of(chances),
        close_push_probability=push,
        price_clv=None if sharp_price is None else price_clv(price, sharp_price),
        implied_clv=None if sharp_price is None else implied_clv(price, sharp_price),
        no_vig_clv=no_vig,
        points_clv=_points(bet, close),
        point_adjusted_clv=adjusted,
        own_price_clv=price_clv(price, own_price) if is_own_line and own_price else None,
        beat_close=None if judged_by is None else beat_close(judged_by),
        clv_missing_reason=_missing_reason(fair, close),
    )


def _chances(side_no: int, above: float, at: float) -> tuple[float, float, float]:
    """Probabilities of a win, a loss and a push for the side above the line, or the one below."""
    below = 1 - above - at
    return (above, below, at) if side_no == 1 else (below, above, at)


def _fair_of(chances: list[tuple[float, float, float]]) -> float | None:
    """The probability of a win where the bet is no push, of both halves of a quarter line."""
    won = sum(win for win, _, _ in chances)
    lost = sum(loss for _, loss, _ in chances)
    return won / (won + lost) if won + lost > 0 else None


def _points(bet: Any, close: Any) -> float | None:
    main_point, point = _number(close.main_point), _number(bet.point)
    if close.has_many_lines or main_point is None or point is None:
        return None
    return points_clv(bet.outcome_name, point, main_point)


def _missing_reason(fair: float | None, close: Any) -> str | None:
    if fair is not None:
        return None
    return "other_point" if close.has_main_line else "no_close"


def _distributions(
    warehouse: Warehouse, bets: pd.DataFrame
) -> dict[int, list[tuple[float, float]]]:
    """Above and at the line by the closing distribution, of both halves of each bet's line."""
    halves = list(_halves(bets))
    if not halves:
        return {}
    found = frame(warehouse, _DISTRIBUTIONS, [list(column) for column in zip(*halves, strict=True)])
    chances: dict[int, list[tuple[float, float]]] = {}
    for row in rows_of(found):
        chances.setdefault(row.bet_number, []).append((row.above_probability, row.at_probability))
    return {number: pair for number, pair in chances.items() if len(pair) == 2}


def _halves(bets: pd.DataFrame) -> Iterator[tuple[int, str, str, float]]:
    for bet in rows_of(bets):
        kind = _SCORE_KINDS.get(bet.market_kind)
        if kind is None or bet.period != "game" or pd.isna(bet.point):
            continue
        # a home side giving 3 points wins above a margin of 3
        is_home_spread = kind == "margin" and bet.side_no == 1
        threshold = 0 - bet.point if is_home_spread else bet.point
        for rounded in (floor, ceil):
            yield bet.bet_number, bet.event_id, kind, rounded(2 * threshold) / 2


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _is_same(left: Any, right: Any) -> bool:
    return bool(left == right or (pd.isna(left) and pd.isna(right)))
