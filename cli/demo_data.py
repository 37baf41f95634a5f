"""Tells the data of `odds demo` from a user's own, so that neither hides in the other."""

from datetime import UTC, datetime

from cli.reading import place
from cli.session import Session
from ingestion.errors import OddsError
from ingestion.raw_tables import RAW_TABLES, SCHEMA
from ingestion.settings import Settings
from ingestion.warehouse import Connection, connect

DEMO_JOB = "demo"


def warn_of_demo_data(session: Session) -> None:
    """Warn before data of the user's own lands beside a demo."""
    settings = session.settings
    if settings.odds_target == "duckdb" and not settings.odds_duckdb_path.exists():
        return
    with connect(settings) as connection:
        if "api_responses" in connection.relations(SCHEMA) and _holds(connection, "job_id = ?"):
            session.warn(
                f"{place(settings)} holds games of `odds demo`, and this landed beside them: "
                "use another ODDS_DUCKDB_PATH or PGDATABASE to keep them apart"
            )


def make_room(settings: Settings, *, is_kept: bool) -> datetime | None:
    """Prepare the warehouse for a demo; return the last moment collected for one that is kept.

    Raises:
        OddsError: the warehouse holds something else, which is left as it is.
    """
    with connect(settings) as connection:
        _check_no_other_data(connection, settings)
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


def _check_no_other_data(connection: Connection, settings: Settings) -> None:
    existing = connection.relations(SCHEMA)
    has_answers = "api_responses" in existing and _holds(connection, "job_id is distinct from ?")
    has_results = "result_rows" in existing and connection.rows(
        f"select 1 from {SCHEMA}.result_rows limit 1"  # noqa: S608 - our own table
    )
    if has_answers or has_results:
        is_file = settings.odds_target == "duckdb"
        other = "ODDS_DUCKDB_PATH=data/demo.duckdb" if is_file else "PGDATABASE=demo"
        raise OddsError(
            f"{place(settings)} holds data of your own, and a demo would mix with it: "
            f"give it another place, for example `{other} odds demo`"
        )


def _holds(connection: Connection, condition: str) -> bool:
    return bool(
        connection.rows(
            f"select 1 from {SCHEMA}.api_responses where {condition} limit 1",  # noqa: S608
            (DEMO_JOB,),
        )
    )
