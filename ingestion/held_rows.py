"""Which rows of a batch the warehouse holds already, at a cost that does not grow with history."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ingestion.raw_tables import LOAD_ID, SCHEMA, RawTable
from ingestion.warehouse import Connection


@dataclass
class HeldRows:
    """The memory of one landing: what the warehouse holds and what went before in the input."""

    connection: Connection
    table: RawTable
    _seen: set[bytes] = field(default_factory=set)

    def not_held(self, batch: Sequence[Any]) -> list[Any]:
        """The rows of the batch, once each, that no complete load holds.

        Rows of them that an incomplete load left behind are deleted.
        """
        rows = {self._key(row): row for row in reversed(batch)}
        unseen = {
            key: row for key, row in reversed(rows.items()) if bytes.fromhex(key) not in self._seen
        }
        self._seen.update(map(bytes.fromhex, unseen))
        held = set()
        incomplete_loads = set()
        for key, load_id, is_complete in self._search(list(unseen.values())):
            if is_complete:
                held.add(key)
            else:
                incomplete_loads.add(load_id)
        for load_id in incomplete_loads:
            delete_load(self.connection, self.table, load_id)
        return [row for key, row in unseen.items() if key not in held]

    def _key(self, row: Any) -> str:
        key: str = getattr(row, self.table.key)
        return key

    def _search(self, rows: Sequence[Any]) -> list[tuple[str, str, bool]]:
        found: list[Any] = []
        remaining = rows
        for position, column in enumerate(self.table.search_bounds):
            bounded = [row for row in remaining if getattr(row, column) is not None]
            remaining = [row for row in remaining if getattr(row, column) is None]
            if bounded:
                values = [getattr(row, column) for row in bounded]
                conditions = [
                    f"t.{column} between {literal(min(values))} and {literal(max(values))}",
                    *(f"t.{earlier} is null" for earlier in self.table.search_bounds[:position]),
                ]
                found += self._find(keys=[self._key(row) for row in bounded], where=conditions)
        return found

    def _find(self, *, keys: list[str], where: Sequence[str]) -> list[tuple[Any, ...]]:
        among = "(select unnest(?))" if self.connection.target == "duckdb" else "any(?)"
        operator = "in" if self.connection.target == "duckdb" else "="
        return self.connection.rows(
            f"""
            select t.{self.table.key}, t.{LOAD_ID}, loads.load_id is not null
            from {SCHEMA}.{self.table.name} as t
            left join {SCHEMA}._dlt_loads as loads
                on t.{LOAD_ID} = loads.load_id and loads.status = 0
            where t.{self.table.key} {operator} {among} and {" and ".join(where)}
            """,  # noqa: S608 - names of our own tables; the bounds are times and quoted text
            (keys,),
        )


def delete_load(connection: Connection, table: RawTable, load_id: str) -> None:
    """Delete the rows of one load."""
    connection.rows(
        f"delete from {SCHEMA}.{table.name} where {LOAD_ID} = ?",  # noqa: S608 - our own table
        (load_id,),
    )


def literal(value: datetime | str) -> str:
    """A literal, not a parameter: DuckDB skips row groups by literal bounds only."""
    if isinstance(value, datetime):
        return f"timestamptz '{value.isoformat()}'"
    return "'" + value.replace("'", "''") + "'"
