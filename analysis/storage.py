"""How large the warehouse is, table by table."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from analysis.warehouse import Warehouse


@dataclass(frozen=True)
class TableSize:
    """One table: its rows, and the bytes it takes on disk with its indexes."""

    name: str
    rows: int
    bytes: int


@dataclass(frozen=True)
class Growth:
    """Room on the disk of the warehouse; null for a server's, which is not ours to see."""

    bytes_a_day: float | None
    free_bytes: int | None

    @property
    def days_left(self) -> float | None:
        """When the disk is full at this pace; null where it is not known, or nothing grows."""
        if self.free_bytes is None or not self.bytes_a_day:
            return None
        return self.free_bytes / self.bytes_a_day


def growth(bytes_a_day: float | None, *, file: Path | None) -> Growth:
    """How long the disk will do.

    Args:
        bytes_a_day: how fast the warehouse grows.
        file: where it stands; null on a server.
    """
    free = shutil.disk_usage(file.parent).free if file is not None else None
    return Growth(bytes_a_day=bytes_a_day, free_bytes=free)


def table_sizes(warehouse: Warehouse) -> list[TableSize]:
    """Every table that is no view, the largest first.

    On DuckDB bytes are whole blocks, and small tables share some.
    """
    listed = warehouse.rows(
        """
        select table_schema, table_name
        from information_schema.tables
        where
            table_type = 'BASE TABLE'
            and table_schema not in ('information_schema', 'pg_catalog')
        order by table_schema, table_name
        """
    )
    names = [(row["table_schema"], row["table_name"]) for row in listed]
    measure = _duckdb_bytes if warehouse.engine == "duckdb" else _postgres_bytes
    sizes = [
        TableSize(
            name=f"{schema}.{table}",
            rows=_count(warehouse, schema, table),
            bytes=measure(warehouse, schema, table),
        )
        for schema, table in names
    ]
    return sorted(sizes, key=lambda size: (-size.bytes, size.name))


def total_bytes(warehouse: Warehouse) -> int:
    """The bytes of the whole database."""
    if warehouse.engine == "duckdb":
        (row,) = warehouse.rows(
            "select block_size * total_blocks as bytes from pragma_database_size()"
        )
    else:
        (row,) = warehouse.rows("select pg_database_size(current_database()) as bytes")
    return int(row["bytes"])


def _count(warehouse: Warehouse, schema: str, table: str) -> int:
    (row,) = warehouse.rows(f"select count(*) as rows from {_quoted([schema, table])}")  # noqa: S608
    return int(row["rows"])


def _duckdb_bytes(warehouse: Warehouse, schema: str, table: str) -> int:
    (row,) = warehouse.rows(
        f"""
        select
            count(distinct block_id) * (select block_size from pragma_database_size()) as bytes
        from pragma_storage_info('{_escaped(_quoted([schema, table]))}')
        where persistent
        """  # noqa: S608 - a name of the catalogue, quoted
    )
    return int(row["bytes"])


def _postgres_bytes(warehouse: Warehouse, schema: str, table: str) -> int:
    (row,) = warehouse.rows(
        "select pg_total_relation_size(cast(? as regclass)) as bytes", [_quoted([schema, table])]
    )
    return int(row["bytes"])


def _quoted(parts: Iterable[str]) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def _escaped(text: str) -> str:
    return text.replace("'", "''")
