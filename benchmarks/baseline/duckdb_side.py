"""The baseline on DuckDB: decompress to a file, read it with `read_json`, then SQL."""

# ruff: noqa: S608 - the statements are made of constants of ours

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

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

LOAD = """
create table raw_responses as
select
    row_number() over (partition by sport_key order by received_at) as seq,
    *
from (
    select
        regexp_extract(endpoint, '/sports/([^/]+)', 1) as sport_key,
        received_at as captured_at,
        *
    from read_json(
        '{lines}',
        format = 'newline_delimited',
        maximum_object_size = 67108864,
        columns = {{
            endpoint: 'VARCHAR', params: 'VARCHAR', received_at: 'TIMESTAMPTZ',
            status: 'INTEGER', body: 'VARCHAR'
        }}
    )
    where status = 200 and endpoint like '%/odds'
)
"""

EVENT = """[{"id": "VARCHAR", "commence_time": "TIMESTAMPTZ", "bookmakers": [{"key": "VARCHAR",
    "last_update": "TIMESTAMPTZ", "markets": [{"key": "VARCHAR", "last_update": "TIMESTAMPTZ",
    "outcomes": [{"name": "VARCHAR", "description": "VARCHAR", "price": "DOUBLE",
    "point": "DOUBLE"}]}]}]}]"""
BODY = (
    """case when endpoint like '/v4/historical/%' then json_extract(body, '$.data') else body end"""
)

SIGHTINGS = f"""
create table snapshots as
select sport_key, seq, captured_at, event.id as event_id, event.commence_time as commence_time
from (
    select sport_key, seq, captured_at, unnest(from_json({BODY},
        '[{{"id": "VARCHAR", "commence_time": "TIMESTAMPTZ"}}]')) as event
    from raw_responses
)
"""

QUOTES = f"""
create table quotes as
with events as (
    select sport_key, seq, captured_at, unnest(from_json({BODY}, '{EVENT}')) as event
    from raw_responses
),
books as (
    select
        sport_key, seq, captured_at, event.id as event_id, event.commence_time as commence_time,
        unnest(event.bookmakers) as book
    from events
),
markets as (
    select
        sport_key, seq, captured_at, event_id, commence_time, book.key as bookmaker_key,
        book.last_update as book_updated_at, unnest(book.markets) as market
    from books
),
outcomes as (
    select
        sport_key, seq, captured_at, event_id, commence_time, bookmaker_key,
        market.key as market_key,
        coalesce(market.last_update, book_updated_at) as market_updated_at,
        unnest(market.outcomes) as outcome
    from markets
),
named as (
    select
        * exclude (outcome),
        outcome.name as outcome_name, outcome.description as outcome_description,
        outcome.price as price, outcome.point as point
    from outcomes
)
select
    *,
    {DECIMAL_PRICE} as decimal_price,
    captured_at >= commence_time as is_in_play,
    coalesce(epoch_us(captured_at) - epoch_us(market_updated_at) > 10 * 60000000, false) as is_stale
from named
"""


def run(recording: Path, *, folder: Path, as_of: str, watch: Stopwatch) -> dict[str, int]:
    """Load and transform a recording into a new file; return the rows of each table."""
    with _new_file(folder / "baseline.duckdb") as connection:
        lines = folder / "lines.jsonl"
        with watch.step("decompress"), opened(recording) as source, lines.open("wb") as sink:
            shutil.copyfileobj(source, sink, 2**20)
        with watch.step("load"):
            connection.execute(LOAD.format(lines=lines)).fetchall()
        lines.unlink()
        for name, statement in (
            ("quotes", QUOTES),
            ("snapshots", SIGHTINGS),
            ("events", EVENTS),
            ("change log", CHANGES),
            ("closes", CLOSES.format(as_of=as_of)),
            ("best prices", BEST_PRICES.format(as_of=as_of)),
        ):
            with watch.step(name):
                connection.execute(statement).fetchall()
        cursor = connection.execute(COUNTS)
        names = [column[0] for column in cursor.description or []]
        return dict(zip(names, cursor.fetchall()[0], strict=True))


@contextmanager
def _new_file(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a new file of the kind that compresses payloads, as the pipeline's does."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as baseline (storage_version 'v1.2.0')")
        connection.execute("use baseline")
        connection.execute("set timezone = 'UTC'; set enable_progress_bar = false")
        connection.execute("set preserve_insertion_order = false")
        yield connection
