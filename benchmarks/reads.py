"""How much the engine reads: rows scanned on DuckDB, rows and buffers on Postgres."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper
from dbt_common.events.contextvars import get_node_info

from ingestion.settings import Settings
from ingestion.warehouse import connect

DATABASE_READS = """
select tup_returned, blks_hit + blks_read
from pg_stat_database
where datname = current_database()
"""
RELATION_READS = """
select schemaname || '.' || relname, seq_tup_read + coalesce(idx_tup_fetch, 0)
from pg_stat_user_tables
"""


@contextmanager
def counted_reads(settings: Settings) -> Iterator[Counter[str]]:
    """Count what is read inside: `rows`, `buffers` (Postgres), and `rows: <what>`.

    On DuckDB these are the rows that dbt's statements scanned, by model. On Postgres they are the
    server's statistics of the database, catalogue and landing with it, and by table the rows of
    those that are kept from run to run.
    """
    reads: Counter[str] = Counter()
    if settings.odds_target == "duckdb":
        with _profiled(reads):
            yield reads
        return
    before = _statistics(settings)
    yield reads
    for name, value in _statistics(settings).items():
        if value > before[name]:
            reads[name] = value - before[name]


def _statistics(settings: Settings) -> Counter[str]:
    # a backend reports what it did when it ends: a connection of our own sees all that ended
    with connect(settings) as connection:
        ((rows, buffers),) = connection.rows(DATABASE_READS)
        found = Counter({"rows": rows, "buffers": buffers})
        for name, tuples in connection.rows(RELATION_READS):
            found[f"rows: {name}"] = tuples
        return found


@contextmanager
def _profiled(reads: Counter[str]) -> Iterator[None]:
    plain_execute = DuckDBCursorWrapper.execute

    def execute(self: Any, sql: str, bindings: Any = None) -> Any:
        self._cursor.execute("pragma enable_profiling = 'no_output'")
        result = plain_execute(self, sql, bindings)  # type: ignore[no-untyped-call]
        profile = orjson.loads(self._cursor.get_profiling_information("json") or "{}")
        scanned = profile.get("cumulative_rows_scanned", 0)
        reads["rows"] += scanned
        node: dict[str, str] = get_node_info()
        reads[f"rows: {node.get('node_name', '')}"] += scanned
        return result

    DuckDBCursorWrapper.execute = execute  # type: ignore[method-assign]
    try:
        yield
    finally:
        DuckDBCursorWrapper.execute = plain_execute  # type: ignore[method-assign]
