"""Responses that are set aside: no model takes them in until somebody releases them.

They stay in `raw.api_responses`, and count among the calls and their credits.
"""

from datetime import datetime

from ingestion.errors import OddsError
from ingestion.ops_tables import make_ops_tables
from ingestion.raw_tables import SCHEMA
from ingestion.warehouse import Connection, Row

# where a response leaves something once a model has taken it in, even if a later one failed
_TRACES = ("int_processed_responses", "int_event_snapshots", "int_quote_changes")


def set_aside(
    connection: Connection, response_id: str, *, model: str | None, error: str, at: datetime
) -> bool:
    """Let builds leave a response out; returns whether models hold something of it by now.

    Where they do, the next build is to be a full refresh.
    """
    make_ops_tables(connection)
    is_in_models = _is_in_models(connection, response_id)
    connection.rows(
        "insert into ops.quarantined_responses"
        " (response_id, model, error, quarantined_at, released_at, is_in_models)"
        " values (?, ?, ?, ?, null, ?)"
        " on conflict (response_id) do update set model = excluded.model, error = excluded.error,"
        " quarantined_at = excluded.quarantined_at, released_at = null,"
        " is_in_models = excluded.is_in_models",
        (response_id, model, error, at, is_in_models),
    )
    return is_in_models


def release(connection: Connection, response_id: str, *, at: datetime) -> None:
    """Let the next build model a response that was set aside.

    Raises:
        OddsError: it is not set aside.
    """
    make_ops_tables(connection)
    released = connection.rows(
        "update ops.quarantined_responses set released_at = ?, is_in_models = false"
        " where response_id = ? and released_at is null returning response_id",
        (at, response_id),
    )
    if not released:
        raise OddsError(f"response {response_id} is not set aside: `odds raw list` shows what is")


def needs_full_refresh(connection: Connection) -> bool:
    """Whether models hold something of what is set aside."""
    if "quarantined_responses" not in connection.relations("ops"):
        return False
    return bool(
        connection.rows(
            "select 1 from ops.quarantined_responses"
            " where is_in_models and released_at is null limit 1"
        )
    )


def whole_id(connection: Connection, beginning: str) -> str:
    """The id of the one landed response that begins so.

    Raises:
        OddsError: there is none, or more than one.
    """
    found: list[Row] = []
    if beginning and "api_responses" in connection.relations(SCHEMA):
        found = connection.rows(
            f"select distinct response_id from {SCHEMA}.api_responses"  # noqa: S608 - our own table
            " where left(response_id, ?) = ? order by 1 limit 2",
            (len(beginning), beginning),
        )
    if not found:
        raise OddsError(
            f"no response begins with {beginning!r}: ids are in ops.fct_fetches and `odds raw list`"
        )
    if len(found) > 1:
        raise OddsError(f"more than one response begins with {beginning!r}: give more of the id")
    return str(found[0][0])


def _is_in_models(connection: Connection, response_id: str) -> bool:
    existing = connection.relations("intermediate")
    return any(
        connection.rows(
            f"select 1 from intermediate.{table} where response_id = ? limit 1",  # noqa: S608
            (response_id,),
        )
        for table in _TRACES
        if table in existing
    )
