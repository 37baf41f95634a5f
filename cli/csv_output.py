"""The rows of an answer as CSV: the same rows and values as in JSON."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from cli.output import object_text
from ingestion.harmless import harmless

# where an answer has several tables, one column says which
TABLE = "table"


def csv_text(data: Mapping[str, Any] | Sequence[Any]) -> str:
    """The tables of an answer, one below the other under one header; nothing without rows.

    An answer of one table has its columns. One of several has `table` first, the name of each in
    JSON, then the columns of all; where a table lacks one its cells are empty, as for null.
    """
    tables = _tables(json.loads(object_text({"data": data}))["data"])
    rows = [
        ({TABLE: name} | row) if len(tables) > 1 else row
        for name, table in tables.items()
        for row in table
    ]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    if not columns:
        return ""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return text.getvalue()


def _tables(data: Any) -> dict[str, list[dict[str, Any]]]:
    named = {"": data} if isinstance(data, list) else data
    return {name: value for name, value in named.items() if _is_table(value)}


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _cell(value: Any) -> str:
    """Empty for null; true or false; numbers with all their digits; lists as JSON."""
    if value is None:
        return ""
    return harmless(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
