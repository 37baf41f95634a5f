"""The tables of schema `raw`: their columns, and how rows become Arrow batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

SCHEMA = "raw"
LOAD_ID = "_dlt_load_id"

_TIME = pa.timestamp("us", tz="UTC")
_DLT_TYPES: Mapping[pa.DataType, str] = {
    pa.string(): "text",
    pa.int64(): "bigint",
    _TIME: "timestamp",
}


@dataclass(frozen=True)
class RawTable:
    """A table that is only ever appended to, one row a key.

    `search_bounds` are the columns whose range in a batch bounds the search for rows already held;
    for each row the first of them that is not null counts. `clocks` are times, of which the first
    that is not null says to which month a row belongs.
    """

    name: str
    key: str
    search_bounds: tuple[str, ...]
    clocks: tuple[str, ...]
    arrow_schema: pa.Schema

    @property
    def dlt_columns(self) -> dict[str, Any]:
        """Column hints for dlt: every column, so that each exists from the first load on."""
        return {
            field.name: {"name": field.name, "data_type": _DLT_TYPES[field.type], "nullable": True}
            for field in self.arrow_schema
        }

    def empty(self) -> pa.Table:
        """A batch without rows, which makes the table."""
        return self.arrow_schema.empty_table()

    def to_arrow(self, rows: Sequence[Any], *, landed_at: datetime | None = None) -> pa.Table:
        """One Arrow table of the rows; `landed_at` is set where a row has none.

        An empty text becomes null: Postgres' CSV load cannot tell the two apart, and both engines
        shall hold the same.
        """
        columns = {
            field.name: [getattr(row, field.name) for row in rows] for field in self.arrow_schema
        }
        for field in self.arrow_schema:
            if pa.types.is_string(field.type):
                columns[field.name] = [value or None for value in columns[field.name]]
        columns["landed_at"] = [value or landed_at for value in columns["landed_at"]]
        return pa.table(columns, schema=self.arrow_schema)


API_RESPONSES = RawTable(
    name="api_responses",
    key="response_id",
    search_bounds=("captured_at", "requested_at"),
    clocks=("captured_at", "requested_at"),
    arrow_schema=pa.schema(
        [
            ("response_id", pa.string()),
            ("endpoint", pa.string()),
            ("sport_key", pa.string()),
            ("event_id", pa.string()),
            ("params", pa.string()),
            ("requested_at", _TIME),
            ("captured_at", _TIME),
            ("status_code", pa.int64()),
            ("error_code", pa.string()),
            ("event_count", pa.int64()),
            ("credits_estimated", pa.int64()),
            ("credits_charged", pa.int64()),
            ("credits_remaining", pa.int64()),
            ("credits_used", pa.int64()),
            ("elapsed_ms", pa.int64()),
            ("payload", pa.string()),
            ("payload_sha256", pa.string()),
            ("origin", pa.string()),
            ("job_id", pa.string()),
            ("landed_at", _TIME),
        ]
    ),
)

RESULT_ROWS = RawTable(
    name="result_rows",
    key="result_row_id",
    search_bounds=("source",),
    clocks=("landed_at",),
    arrow_schema=pa.schema(
        [
            ("result_row_id", pa.string()),
            ("source", pa.string()),
            ("line_number", pa.int64()),
            ("sport_key", pa.string()),
            ("game_date", pa.string()),
            ("starts_at", pa.string()),
            ("home_team", pa.string()),
            ("away_team", pa.string()),
            ("home_score", pa.string()),
            ("away_score", pa.string()),
            ("status", pa.string()),
            ("job_id", pa.string()),
            ("landed_at", _TIME),
        ]
    ),
)

RAW_TABLES = (API_RESPONSES, RESULT_ROWS)
