"""What a backup holds: every table with something in it that cannot be made again."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from ingestion import ops_tables, raw_tables
from ingestion.arrow_rows import batches
from ingestion.raw_tables import LOAD_ID, RAW_TABLES, RawTable
from ingestion.warehouse import Connection

# payloads are large
ROWS_AT_A_TIME = 500


@dataclass(frozen=True)
class KeptTable:
    """One table of a backup: a raw one, or one of the collector's own records."""

    schema: str
    name: str
    raw: RawTable | None = None

    @property
    def relation(self) -> str:
        """Its name with the schema."""
        return f"{self.schema}.{self.name}"

    def is_in(self, connection: Connection) -> bool:
        """Whether a warehouse has it: some are made with their first row.

        A table of that name that is somebody else's is none of ours.
        """
        columns = connection.columns(self.schema, self.name)
        return bool(columns) and (self.raw is None or LOAD_ID in columns)

    def rows(self, connection: Connection) -> Iterator[pa.Table]:
        """Its rows, of complete loads alone; at least one table, which tells the columns."""
        found = batches(
            connection.target,
            connection.native,
            self._query(connection),
            rows_at_a_time=ROWS_AT_A_TIME,
        )
        if self.raw is None:
            return found
        schema = self.raw.arrow_schema
        return (table.cast(schema) for table in found)

    def _query(self, connection: Connection) -> str:
        if self.raw is None:
            return f"select * from {self.relation}"  # noqa: S608 - our own table
        held = connection.columns(self.schema, self.name)
        # a warehouse of an earlier version lacks what came later
        names = (
            f'"{name}"' if name in held else f'cast(null as text) as "{name}"'
            for name in self.raw.arrow_schema.names
        )
        return (
            f"select {', '.join(names)} from {self.relation} "  # noqa: S608 - as above
            f"where {LOAD_ID} in "
            f"(select load_id from {self.schema}._dlt_loads where status = 0)"
        )


KEPT_TABLES = (
    *(KeptTable(raw_tables.SCHEMA, table.name, table) for table in RAW_TABLES),
    *(KeptTable(ops_tables.SCHEMA, name) for name in ops_tables.OPS_TABLES),
)
