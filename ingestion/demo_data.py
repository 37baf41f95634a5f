"""Tells the games of `odds demo` from data of one's own: a warehouse holds one or the other."""

from ingestion.errors import OddsError
from ingestion.raw_tables import SCHEMA
from ingestion.settings import Settings
from ingestion.warehouse import Connection, connect, exists

DEMO_JOB = "demo"


def refuse_beside_a_demo(settings: Settings) -> None:
    """Refuse to bring data of one's own into the warehouse of a demo, before anything is asked.

    One that cannot be reached now is asked when it is landed in.

    Raises:
        OddsError: all that it holds are games of a demo.
    """
    if not exists(settings):
        return
    try:
        with connect(settings) as connection:
            is_demo = is_of_a_demo(connection)
    except OddsError:
        return
    if is_demo:
        raise demo_in_the_way(settings)


def is_of_a_demo(connection: Connection) -> bool:
    """Whether a warehouse holds answers, and all of them to a demo.

    One that holds both, from before this was refused, is its owner's.
    """
    return (
        "api_responses" in connection.relations(SCHEMA)
        and not holds_answers_of_others(connection)
        and _holds(connection, "job_id = ?")
    )


def holds_answers_of_others(connection: Connection) -> bool:
    """Whether there are answers that are not simulated."""
    return _holds(connection, "job_id is distinct from ?")


def demo_in_the_way(settings: Settings) -> OddsError:
    """What to tell whoever brings data of their own."""
    if settings.odds_target == "duckdb":
        place = str(settings.odds_duckdb_path)
        other = f"ODDS_DUCKDB_PATH={settings.odds_duckdb_path.with_name('mine.duckdb')}"
        removal = f"rm {settings.odds_duckdb_path}"
    else:
        place = f"database {settings.pgdatabase} at {settings.pghost}:{settings.pgport}"
        other, removal = "PGDATABASE=mine", f"dropdb {settings.pgdatabase}"
    return OddsError(
        f"{place} holds the games of `odds demo`, and nothing else is let in beside them: give "
        f"data of your own another place ({other}), or remove the demo first ({removal})"
    )


def _holds(connection: Connection, condition: str) -> bool:
    return bool(
        connection.rows(
            f"select 1 from {SCHEMA}.api_responses where {condition} limit 1",  # noqa: S608
            (DEMO_JOB,),
        )
    )
