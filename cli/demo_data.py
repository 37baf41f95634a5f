"""Makes room for a demo: in a database of its own, or one that is empty."""

from datetime import UTC, datetime

from cli.reading import place
from ingestion.demo_data import holds_answers_of_others, is_of_a_demo
from ingestion.errors import OddsError
from ingestion.raw_tables import RAW_TABLES, SCHEMA
from ingestion.settings import Settings
from ingestion.warehouse import Connection, connect

# a demo that was broken off before anything landed is known again by it
MARK = "demo_database"
TABLES = """
select count(*) from information_schema.tables
where table_schema not in ('information_schema', 'pg_catalog')
"""


def make_room(settings: Settings, *, is_kept: bool) -> datetime | None:
    """Prepare the warehouse for a demo; return the last moment collected for one that is kept.

    Raises:
        OddsError: the warehouse holds something else, which is left as it is.
    """
    with connect(settings) as connection:
        _check_nothing_else(connection, settings)
        connection.rows("create schema if not exists ops")
        connection.rows(f"create table if not exists ops.{MARK} (is_demo boolean)")
        existing = connection.relations(SCHEMA)
        if is_kept:
            return _last_capture(connection) if "api_responses" in existing else None
        for table in RAW_TABLES:
            if table.name in existing:
                connection.rows(f"delete from {SCHEMA}.{table.name}")  # noqa: S608 - our own table
    return None


def _last_capture(connection: Connection) -> datetime | None:
    ((moment,),) = connection.rows(f"select max(captured_at) from {SCHEMA}.api_responses")  # noqa: S608
    return moment.astimezone(UTC) if moment else None


def _check_nothing_else(connection: Connection, settings: Settings) -> None:
    """Whatever is not known to be a demo's stays: a build would make tables of its names anew."""
    existing = connection.relations(SCHEMA)
    has_answers = "api_responses" in existing and holds_answers_of_others(connection)
    has_results = "result_rows" in existing and connection.rows(
        f"select 1 from {SCHEMA}.result_rows limit 1"  # noqa: S608 - our own table
    )
    is_file = settings.odds_target == "duckdb"
    other = "ODDS_DUCKDB_PATH=data/demo.duckdb" if is_file else "PGDATABASE=demo"
    way_out = f"give it a place of its own, for example `{other} odds demo`"
    if not is_file:
        way_out += " after `createdb demo`"
    if has_answers or has_results:
        raise OddsError(
            f"{place(settings)} holds data of your own, and a demo would mix with it: {way_out}"
        )
    is_marked = MARK in connection.relations("ops")
    if is_marked or is_of_a_demo(connection) or connection.rows(TABLES) == [(0,)]:
        return
    raise OddsError(
        f"{place(settings)} holds tables that no demo made, and a demo would put its own in their "
        f"place: {way_out}"
    )
