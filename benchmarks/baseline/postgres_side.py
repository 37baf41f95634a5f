"""The baseline on Postgres: COPY the lines as jsonb, then SQL."""

# ruff: noqa: S608 - the statements are made of constants of ours

from pathlib import Path
from typing import Any

from benchmarks.baseline.shared_sql import (
    BEST_PRICES,
    CHANGES,
    CLOSES,
    COUNTS,
    DECIMAL_PRICE,
    EVENTS,
)
from benchmarks.recordings import opened
from benchmarks.stopwatch import Stopwatch
from ingestion.settings import Settings
from ingestion.warehouse import connect

SETTINGS = "set jit = off; set enable_mergejoin = off; set work_mem = '256MB'; set timezone = 'UTC'"

LINES = "create table lines (line_number bigint generated always as identity, line jsonb)"

# a line is one field: a delimiter and a quote that JSON cannot hold
COPY = r"copy lines (line) from stdin with (format csv, delimiter e'\x01', quote e'\x02')"

HEADS = """
create table raw_responses as
select
    row_number() over (partition by sport_key order by captured_at) as seq,
    *
from (
    select
        line_number,
        substring(line ->> 'endpoint' from '/sports/([^/]+)') as sport_key,
        line ->> 'endpoint' like '/v4/historical/%' as is_historical,
        cast(line ->> 'received_at' as timestamptz) as captured_at
    from lines
    where line ->> 'status' = '200' and line ->> 'endpoint' like '%/odds'
) as responses
"""

_EVENTS_OF_RESPONSES = """
    from raw_responses
    inner join lines
        on raw_responses.line_number = lines.line_number
    cross join lateral jsonb_array_elements(
        case when is_historical then line #> '{body,data}' else line -> 'body' end
    ) as events (event)"""

SIGHTINGS = f"""
create table snapshots as
select
    sport_key, seq, captured_at, event ->> 'id' as event_id,
    cast(event ->> 'commence_time' as timestamptz) as commence_time
{_EVENTS_OF_RESPONSES}
"""

QUOTES = f"""
create table quotes as
select
    *,
    {DECIMAL_PRICE} as decimal_price,
    captured_at >= commence_time as is_in_play,
    coalesce(market_updated_at < captured_at - interval '10 minutes', false) as is_stale
from (
    select
        sport_key, seq, captured_at,
        event ->> 'id' as event_id,
        cast(event ->> 'commence_time' as timestamptz) as commence_time,
        book ->> 'key' as bookmaker_key,
        market ->> 'key' as market_key,
        cast(coalesce(market ->> 'last_update', book ->> 'last_update') as timestamptz)
            as market_updated_at,
        outcomes.name as outcome_name,
        outcomes.description as outcome_description,
        outcomes.price,
        outcomes.point
    {_EVENTS_OF_RESPONSES}
    cross join lateral jsonb_array_elements(event -> 'bookmakers') as books (book)
    cross join lateral jsonb_array_elements(book -> 'markets') as markets (market)
    cross join lateral jsonb_to_recordset(market -> 'outcomes')
        as outcomes (name text, description text, price double precision, point double precision)
) as flattened
"""


def run(recording: Path, *, settings: Settings, as_of: str, watch: Stopwatch) -> dict[str, int]:
    """Load and transform a recording into an empty database; return the rows of each table."""
    with connect(settings) as connection, connection.native.cursor() as cursor:
        cursor.execute(SETTINGS)
        _prefer_lz4(cursor)
        with watch.step("decompress + load"):
            cursor.execute(LINES)
            with opened(recording) as source:
                cursor.copy_expert(COPY, source, 2**20)
            cursor.execute(HEADS)
            cursor.execute("analyze raw_responses; analyze lines")
        for name, statement, table in (
            ("quotes", QUOTES, "quotes"),
            ("snapshots", SIGHTINGS, "snapshots"),
            ("events", EVENTS, "events"),
            ("change log", CHANGES, "quote_changes"),
            ("closes", CLOSES.format(as_of=as_of), "closes"),
            ("best prices", BEST_PRICES.format(as_of=as_of), "best_prices"),
        ):
            with watch.step(name):
                cursor.execute(statement)
                cursor.execute(f"analyze {table}")
        cursor.execute(COUNTS)
        names = [column[0] for column in cursor.description]
        return dict(zip(names, cursor.fetchall()[0], strict=True))


def _prefer_lz4(cursor: Any) -> None:
    """Compress what is large with lz4, where the server was built with it: 1.7 times as fast."""
    cursor.execute(
        "select 'lz4' = any(enumvals) from pg_settings where name = 'default_toast_compression'"
    )
    (known,) = cursor.fetchone()
    if known:
        cursor.execute("set default_toast_compression = 'lz4'")
