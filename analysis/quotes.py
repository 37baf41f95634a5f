"""The quotes of one event: how they moved, where they stand, how they closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from analysis.events import EVENTS_NOW
from analysis.query import EVERYTHING, Conditions, Query, Wanted
from analysis.warehouse import Record, Warehouse

CLOSES_THEN = "intermediate.int_closes_known"
CLOSES_RELATIONS = ("marts.fct_closing_lines", EVENTS_NOW)
RELATIONS = ("marts.fct_odds_changes", "marts.fct_closing_lines", CLOSES_THEN)


def changes_of(
    warehouse: Warehouse,
    event_id: str,
    *,
    moment: datetime,
) -> list[Record]:
    """One row per change of a quote of this event up to a moment, in order of time."""
    return changes_query([event_id], moment=moment).rows(warehouse)


def changes_query(
    event_ids: Sequence[str], *, moment: datetime, is_of_paths: bool = False
) -> Query:
    """One row per change of a quote of these events up to a moment, quote by quote, in order.

    Args:
        event_ids: which events.
        moment: changes captured later are left out.
        is_of_paths: only of featured markets that can be backed, before the start.
    """
    where = Conditions()
    where.one_of("changes.event_id", event_ids)
    where.add("changes.valid_from <= ?", moment)
    if is_of_paths:
        where.add(
            """
            changes.market_key in (
                select market_key from marts.dim_markets
                where is_featured and not is_lay
            )
            and not changes.is_in_play
            and changes.valid_from < events.starts_at
            """
        )
    return Query(
        f"""
        select
            changes.event_id,
            changes.bookmaker_key,
            changes.market_key,
            changes.outcome_name,
            changes.outcome_description,
            changes.line,
            changes.point,
            changes.american_price,
            changes.decimal_price,
            changes.valid_from,
            case when changes.valid_to <= ? then changes.valid_to end as valid_to,
            changes.is_withdrawn,
            changes.is_stale,
            changes.is_in_play
        from marts.fct_odds_changes as changes
        {
            f"inner join {EVENTS_NOW} as events on changes.event_id = events.event_id"
            if is_of_paths
            else ""
        }
        where {where.sql}
        order by
            changes.event_id,
            changes.market_key,
            changes.outcome_description nulls first,
            changes.outcome_name,
            changes.line nulls first,
            changes.bookmaker_key,
            changes.valid_from,
            changes.response_id collate "C"
        """,  # noqa: S608 - our own conditions; values are parameters
        [moment, *where.parameters],
    )


def closes_of(
    warehouse: Warehouse, event_id: str, *, moment: datetime | None = None
) -> list[Record]:
    """One row per closing line of this event: a price, or the reason why there is none.

    With a moment, by the start that was believed then; none where it has moved since, unless the
    warehouse was built to look from there.
    """
    if moment is not None:
        warehouse.look_from(moment)
    return warehouse.rows(
        f"""
        select
            market_key,
            outcome_name,
            outcome_description,
            bookmaker_key,
            point,
            american_price,
            decimal_price,
            captured_at,
            minutes_before_start,
            missing_reason
        from {"marts.fct_closing_lines" if moment is None else CLOSES_THEN}
        where event_id = ?
        order by
            market_key,
            outcome_description nulls first,
            outcome_name,
            point nulls first,
            bookmaker_key
        """,  # noqa: S608 - one of two names
        [event_id],
    )


def closes_query(*, wanted: Wanted = EVERYTHING, is_missing: bool = False) -> Query:
    """One row per closing line of the games that have begun: a price, or why there is none.

    Args:
        wanted: which of them.
        is_missing: only those without a price.
    """
    where = Conditions()
    where.add("coalesce(closes.missing_reason, 'held') != 'not_started'")
    if is_missing:
        where.add("closes.missing_reason is not null")
    where.equal("events.sport_key", wanted.sport_key)
    where.equal("closes.market_key", wanted.market_key)
    where.equal("closes.bookmaker_key", wanted.bookmaker_key)
    where.one_of("closes.event_id", wanted.event_ids)
    return Query(
        f"""
        select
            closes.event_id,
            events.sport_key,
            events.event_name,
            events.home_team,
            events.away_team,
            events.starts_at,
            events.status,
            events.home_score,
            events.away_score,
            closes.market_key,
            closes.outcome_name,
            closes.outcome_description,
            closes.bookmaker_key,
            closes.line,
            closes.point,
            closes.american_price,
            closes.decimal_price,
            closes.captured_at,
            closes.minutes_before_start,
            closes.missing_reason
        from marts.fct_closing_lines as closes
        inner join {EVENTS_NOW} as events
            on closes.event_id = events.event_id
        where {where.sql}
        order by
            events.starts_at,
            closes.event_id,
            closes.market_key,
            closes.outcome_description nulls first,
            closes.outcome_name,
            closes.line nulls first,
            closes.bookmaker_key
        """,  # noqa: S608 - our own conditions; values are parameters
        where.parameters,
    )


def recent_closes(warehouse: Warehouse, *, market_key: str, limit: int) -> list[Record]:
    """One row per event that ended last: its result, and its best closes of one two-way market."""
    return warehouse.rows(
        """
        with

        closes as (

            select
                closes.event_id,
                closes.outcome_name,
                max(closes.decimal_price) as decimal_price,
                min(closes.minutes_before_start) as minutes_before_start,
                count(closes.decimal_price) as bookmaker_count
            from marts.fct_closing_lines as closes
            where closes.market_key = ?
            group by closes.event_id, closes.outcome_name

        )

        select
            events.event_id,
            events.starts_at,
            events.home_team,
            events.away_team,
            events.event_name,
            events.status,
            events.home_score,
            events.away_score,
            max(case when closes.outcome_name = events.home_team then closes.decimal_price end)
                as home_price,
            max(case when closes.outcome_name = events.away_team then closes.decimal_price end)
                as away_price,
            min(closes.minutes_before_start) as minutes_before_start,
            max(closes.bookmaker_count) as bookmaker_count
        from closes
        inner join marts.dim_events as events
            on closes.event_id = events.event_id
        where events.status = 'final'
        group by
            events.event_id,
            events.starts_at,
            events.home_team,
            events.away_team,
            events.event_name,
            events.status,
            events.home_score,
            events.away_score
        having min(closes.minutes_before_start) is not null
        order by events.starts_at desc, events.event_id
        limit ?
        """,
        [market_key, limit],
    )


@dataclass(frozen=True)
class QuoteHistory:
    """How one quote moved before the start.

    `first` and `last` are changes. `prices` (decimal) and `lines` are what stood at even steps from
    the first quote of the event (`since`) to the end (`until`), null where none stood; `lines` is
    empty where a quote has no line, or one that cannot move.
    """

    first: Record
    last: Record
    low: float | None
    high: float | None
    low_line: float | None
    high_line: float | None
    change_count: int
    prices: tuple[float | None, ...]
    lines: tuple[float | None, ...]
    since: datetime
    until: datetime


def histories(changes: Sequence[Record], *, until: datetime, buckets: int) -> list[QuoteHistory]:
    """The pre-match history of every quote, from changes in the order of `changes_of`."""
    pre_match = [row for row in changes if not row["is_in_play"] and row["valid_from"] < until]
    if not pre_match:
        return []
    since = min(row["valid_from"] for row in pre_match)
    step = (until - since) / buckets
    moments = [since + step * (bucket + 1) for bucket in range(buckets)]
    return [
        _history(list(group), moments=moments, since=since, until=until)
        for _, group in groupby(pre_match, key=_quote_key)
    ]


def _quote_key(row: Record) -> tuple[object, ...]:
    names = ("market_key", "outcome_description", "outcome_name", "line", "bookmaker_key")
    return tuple(row[name] for name in names)


def _history(
    changes: Sequence[Record], *, moments: Sequence[datetime], since: datetime, until: datetime
) -> QuoteHistory:
    prices = [row["decimal_price"] for row in changes if row["decimal_price"] is not None]
    # where the line is part of the key it stands still
    lines = [row["point"] for row in changes if row["point"] is not None and row["line"] is None]
    standing = [_standing(changes, moment) for moment in moments]
    return QuoteHistory(
        first=changes[0],
        last=changes[-1],
        low=min(prices, default=None),
        high=max(prices, default=None),
        low_line=min(lines, default=None),
        high_line=max(lines, default=None),
        change_count=len(changes) - 1,
        prices=tuple(None if row is None else row["decimal_price"] for row in standing),
        lines=tuple(None if row is None else row["point"] for row in standing) if lines else (),
        since=since,
        until=until,
    )


def _standing(changes: Sequence[Record], moment: datetime) -> Record | None:
    """The quote that stood at a moment, if any."""
    so_far = [row for row in changes if row["valid_from"] <= moment]
    return so_far[-1] if so_far and not so_far[-1]["is_withdrawn"] else None
