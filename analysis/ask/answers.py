"""An answer with what it stands on: its moment, its sources, its last look, what was left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson

from analysis.query import Query
from analysis.warehouse import Record, Warehouse

MOST_ROWS = 1000
MOST_RESPONSES = 100
_CLOCK = "ops.run_clock"
_FRESHNESS = "ops.mart_freshness"


@dataclass(frozen=True)
class Found:
    """The rows of an answer, and how many there were before they were cut."""

    rows: Sequence[Record]
    total: int


def first_rows(warehouse: Warehouse, query: Query, limit: int) -> Found:
    """The first rows of a query that ends with its order."""
    one_more = Query(f"{query.sql} limit ?", [*query.parameters, limit + 1]).rows(warehouse)
    if len(one_more) <= limit:
        return Found(one_more, len(one_more))
    counted = f"select count(*) as total from ({query.sql}) as counted"  # noqa: S608 - our own
    (row,) = warehouse.rows(counted, query.parameters)
    return Found(one_more[:limit], row["total"])


def cut(rows: Sequence[Record], limit: int) -> Found:
    """The first of rows that are all there."""
    return Found(rows[:limit], len(rows))


def looks_from(warehouse: Warehouse, *, is_of_a_build: bool = False) -> datetime:
    """The moment that views look from, or up to which the last build can have known.

    Where no clock can be read (a published copy, a role that reads marts alone) it is now.
    """
    clock = warehouse.clock() if _CLOCK in warehouse.relations() else None
    if clock is None:
        return datetime.now(UTC)
    return clock.known_until if is_of_a_build else clock.moment


def answer(
    warehouse: Warehouse,
    found: Found,
    *,
    as_of: datetime,
    relations: Sequence[str],
    last_look_at: datetime | None,
    empty_because: str,
    is_of_games: bool = True,
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The rows with what they stand on, as JSON has it: times in UTC with a Z, null for missing.

    Args:
        warehouse: where they were read.
        found: the rows.
        as_of: the moment for which they hold.
        relations: what was read.
        last_look_at: when the API last showed what the answer is about.
        empty_because: what to say where there is no row.
        is_of_games: whether rows have responses to be found.
        extra: what else there is to say.
    """
    is_cut = found.total > len(found.rows)
    responses = _responses(warehouse, found.rows) if is_of_games else []
    age = None if last_look_at is None else (as_of - last_look_at) / timedelta(minutes=1)
    told: dict[str, Any] = plain(
        {
            "as_of": as_of,
            "row_count": len(found.rows),
            "rows": found.rows,
            "is_truncated": is_cut,
            "truncation": (
                f"the first {len(found.rows)} of {found.total} rows: narrow the question, or raise "
                f"`limit` (at most {MOST_ROWS})"
                if is_cut
                else None
            ),
            "empty_because": None if found.rows else empty_because,
            "last_look": {"captured_at": last_look_at, "age_minutes": age},
            "sources": {
                "relations": _known_by(warehouse, relations, as_of),
                "response_ids": responses[:MOST_RESPONSES],
                "response_ids_left_out": max(len(responses) - MOST_RESPONSES, 0),
            },
            **(extra or {}),
        }
    )
    return told


def plain(value: Any) -> Any:
    """The value as JSON has it."""
    options = orjson.OPT_UTC_Z | orjson.OPT_SERIALIZE_NUMPY
    return orjson.loads(orjson.dumps(value, default=_plain, option=options))


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return datetime.fromisoformat(value.isoformat())
    return str(value)


def _known_by(
    warehouse: Warehouse, relations: Sequence[str], as_of: datetime
) -> list[dict[str, Any]]:
    """How far each relation knows; nothing that came after the moment is told."""
    rows: dict[str, Record] = {}
    if _FRESHNESS in warehouse.relations():
        rows = {row["relation"]: row for row in warehouse.rows(f"select * from {_FRESHNESS}")}  # noqa: S608 - a constant
    return [
        {
            "relation": name,
            "built_at": rows.get(name, {}).get("built_at"),
            "knows_until": _earlier(rows.get(name, {}).get("newest_captured_at"), as_of),
            "is_behind": rows.get(name, {}).get("is_behind"),
        }
        for name in dict.fromkeys(relations)
    ]


def _earlier(one: datetime | None, other: datetime) -> datetime | None:
    return None if one is None else min(one, other)


def _responses(warehouse: Warehouse, rows: Sequence[Record]) -> list[str]:
    """The ids of the responses that showed these prices; see `raw.api_responses`."""
    told = {row["response_id"] for row in rows if row.get("response_id")}
    shown = {_shown(row) for row in rows if _shown(row) is not None}
    if shown:
        quotes = warehouse.rows(
            """
            select distinct
                event_id,
                bookmaker_key,
                market_key,
                captured_at,
                response_id
            from marts.fct_odds
            where event_id = any(?) and captured_at = any(?)
            """,
            [
                sorted({each[0] for each in shown if each}),
                sorted({each[3] for each in shown if each}),
            ],
        )
        told |= {quote["response_id"] for quote in quotes if _shown(quote) in shown}
    return sorted(told)


def _shown(row: Record) -> tuple[str, str, str, datetime] | None:
    names = ("event_id", "bookmaker_key", "market_key")
    at = row.get("captured_at") or row.get("valid_from")
    if at is None or any(row.get(name) is None for name in names):
        return None
    return row["event_id"], row["bookmaker_key"], row["market_key"], at
