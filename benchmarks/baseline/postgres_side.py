"""The baseline on Postgres: COPY the lines as jsonb, then SQL."""

from pathlib import Path
from typing import Any

import psycopg2

from benchmarks.baseline.shared_sql import BEST_PRICES, CHANGES, CLOSES, COUNTS, EVENTS
from benchmarks.baseline.shared_sql import DECIMAL_PRICE
from benchmarks.recordings import opened
from benchmarks.stopwatch import Stopwatch

SETTINGS = "set jit = off; set work_mem = '256MB'; set timezone = 'UTC'"

# a line is one field: a delimiter and a quote that JSON cannot hold
COPY = r"copy lines (line) from stdin with (format csv, delimiter e'\x01', quote e'\x02')"

LOAD = """
create table raw_responses as
select
    row_number() over (partition by sport_key order by captured_at) as seq,
    *
from (
    select
        substring(line ->> 'endpoint' from '/sports/([^/]+)') as sport_key,
        line ->> 'endpoint' as endpoint,
        cast(line ->> 'received_at' as timestamptz) as captured_at,
        case when line ->> 'endpoint' like '/v4/historical/%' then line #> '{body,data}'
            else line -> 'body' end as body
    from lines
    where line ->> 'status' = '200' and line ->> 'endpoint' like '%/odds'
) as responses
"""

SIGHTINGS = """
create table sightings as
select
    sport_key, seq, captured_at, event ->> 'id' as event_id,
    cast(event ->> 'commence_time' as timestamptz) as commence_time
from raw_responses
cross join lateral jsonb_array_elements(body) as events (event)
"""

QUOTES = f"""
create table quotes as
select
    *,
    {DECIMAL_PRICE} as decimal_price,
    captured_at >= commence_time as is_in_play,
    coalesce(market_updated_at < captured_at - interval '15 minutes', false) as is_stale
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
    from raw_responses
    cross join lateral jsonb_array_elements(body) as events (event)
    cross join lateral jsonb_array_elements(event -> 'bookmakers') as books (book)
    cross join lateral jsonb_array_elements(book -> 'markets') as markets (market)
    cross join lateral jsonb_to_recordset(market -> 'outcomes')
        as outcomes (name text, description text, price double precision, point double precision)
) as flattened
"""


def run(recording: Path, *, address: dict[str, Any], as_of: str, watch: Stopwatch) -> dict[str, int]:
    """Load and transform a recording into an empty database; return the rows of each table."""
    connection = psycopg2.connect(**address)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        with watch.step("decompress + load"):
            cursor.execute("create unlogged table lines (line jsonb)")
            with opened(recording) as source:
                cursor.copy_expert(COPY, source, 2**20)
            cursor.execute(LOAD)
            cursor.execute("drop table lines")
            cursor.execute("analyze raw_responses")
        for name, statement, table in (
            ("quotes", QUOTES, "quotes"),
            ("sightings", SIGHTINGS, "sightings"),
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
        counts = dict(zip(names, cursor.fetchall()[0], strict=True))
    connection.close()
    return counts
