"""Answers that no engine can parse, put straight into the raw table: no door lets them in."""

from datetime import timedelta
from typing import Any

from ingestion.settings import Settings
from ingestion.warehouse import connect

BROKEN = '[{"id": "first", "sport_key'


def plant(
    settings: Settings, response_id: str, *, load_id: str | None = None, **changes: Any
) -> str:
    """Land a copy of the newest answer, of a minute later, and changed, as a load of its own."""
    whole_id = response_id.ljust(64, "0")
    with connect(settings) as connection:
        names = [
            name
            for (name,) in connection.rows(
                "select column_name from information_schema.columns"
                " where table_schema = 'raw' and table_name = 'api_responses'"
            )
        ]
        newest = connection.rows(
            f"select {', '.join(names)} from raw.api_responses"  # noqa: S608
            " order by captured_at desc limit 1"
        )[0]
        values = dict(zip(names, newest, strict=True))
        ((newest_load,),) = connection.rows("select max(load_id) from raw._dlt_loads")
        load_id = load_id or f"{float(newest_load) + 1:.6f}"
        values |= {
            "response_id": whole_id,
            "captured_at": values["captured_at"] + timedelta(minutes=1),
            "payload": BROKEN,
            "event_count": 1,
            "_dlt_load_id": load_id,
            **changes,
        }
        if "_dlt_id" in values:
            values["_dlt_id"] = whole_id[:20]
        connection.rows(
            f"insert into raw.api_responses ({', '.join(names)})"  # noqa: S608
            f" values ({', '.join('?' * len(names))})",
            [values[name] for name in names],
        )
        connection.rows(
            "insert into raw._dlt_loads (load_id, schema_name, status, inserted_at)"
            " values (?, 'odds', 0, current_timestamp)",
            [load_id],
        )
    return whole_id
