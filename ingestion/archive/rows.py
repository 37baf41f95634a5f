"""Raw rows on their way out of the warehouse and back: each is what its id says it is."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from ingestion.raw_tables import RESULT_ROWS, RawTable
from ingestion.responses import ORIGINS, ApiResponse, response_identity
from ingestion.results import OPTIONAL_FIELDS, RESULT_FIELDS, ResultRow, result_row_identity

Row = ApiResponse | ResultRow

_NEEDED = ("response_id", "endpoint", "params", "requested_at", "payload_sha256", "origin")


def checked_row(table: RawTable, values: Mapping[str, Any]) -> Row:
    """Make a row from the columns of a raw table.

    Raises:
        ValueError: it is not the row that its id and checksum name; the message says how.
    """
    if any(isinstance(value, str) and "\x00" in value for value in values.values()):
        raise ValueError("holds a NUL character, which no warehouse can")
    in_utc = {
        name: value.astimezone(UTC) if isinstance(value, datetime) else value
        for name, value in values.items()
    }
    return _result_row(in_utc) if table is RESULT_ROWS else _response(in_utc)


@dataclass(eq=False)
class Content:
    """Rows of one table, taken note of while they go by."""

    table: RawTable
    ids: set[str] = field(default_factory=set)
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def of(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The same rows, each once."""
        for row in rows:
            row_id = getattr(row, self.table.key)
            if row_id not in self.ids:
                self.ids.add(row_id)
                self._digest.update(_fingerprint(self.table, row))
                yield row

    @property
    def sha256(self) -> str:
        """Of all that went by, in its order."""
        return self._digest.hexdigest()


def _fingerprint(table: RawTable, row: Row) -> bytes:
    """All that a table holds of a row, as bytes: equal for equal rows alone.

    Raw tables hold null for an empty text.
    """
    values = [getattr(row, field.name) for field in table.arrow_schema]
    return orjson.dumps([None if value == "" else value for value in values])


def _response(values: Mapping[str, Any]) -> ApiResponse:
    missing = [name for name in _NEEDED if values[name] is None]
    if missing:
        raise ValueError(f"lacks {', '.join(missing)}")
    if values["origin"] not in ORIGINS:
        raise ValueError(f"origin must be one of {', '.join(ORIGINS)}")
    if hashlib.sha256((values["payload"] or "").encode()).hexdigest() != values["payload_sha256"]:
        raise ValueError("the payload is not the one that payload_sha256 names: it was changed")
    identity = response_identity(
        endpoint=values["endpoint"],
        params=values["params"],
        clock=values["captured_at"] or values["requested_at"],
        payload_sha256=values["payload_sha256"],
    )
    if identity != values["response_id"]:
        raise ValueError("is not the response that its response_id names: it was changed")
    return ApiResponse(**values)


def _result_row(values: Mapping[str, Any]) -> ResultRow:
    texts = {name: values[name] or "" for name in ("source", *RESULT_FIELDS, *OPTIONAL_FIELDS)}
    if result_row_identity(texts["source"], texts) != values["result_row_id"]:
        raise ValueError("is not the row that its result_row_id names: it was changed")
    return ResultRow(**{**values, **texts})
