"""Rows of a query as Arrow tables, the same from either engine, and the Parquet made of them."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
from pyarrow import parquet

from ingestion.errors import UsageError
from ingestion.settings import Target

ROWS_AT_A_TIME = 50_000
TIME = pa.timestamp("us", tz="UTC")
# by the type's oid, which never changes
ARROW_TYPES = {
    16: pa.bool_(),
    20: pa.int64(),
    21: pa.int64(),
    23: pa.int64(),
    25: pa.string(),
    26: pa.int64(),
    701: pa.float64(),
    1043: pa.string(),
    1082: pa.date32(),
    1184: TIME,
    1700: pa.float64(),
}


def batches(
    engine: Target, native: Any, sql: str, *, rows_at_a_time: int = ROWS_AT_A_TIME
) -> Iterator[pa.Table]:
    """The rows of a query, some at a time; at least one table, which tells the columns.

    Whole numbers are int64, times UTC to the microsecond. What is held in memory does not grow with
    the result.

    Args:
        engine: which one the connection is to.
        native: a connection of its driver; on Postgres one within a transaction.
        sql: a query.
        rows_at_a_time: how many rows a table holds at most, or about as many on DuckDB.
    """
    read = _postgres_batches if engine == "postgres" else _duckdb_batches
    return map(typed, read(native, sql, rows_at_a_time))


def typed(table: pa.Table) -> pa.Table:
    """The same rows with the types that both engines share."""
    for position, field in enumerate(table.schema):
        wanted = _wanted_type(field.type)
        if wanted != field.type:
            column = table.column(position).cast(wanted)
            table = table.set_column(position, field.name, column)
    return table


def columns_of(cursor: Any) -> dict[str, pa.DataType]:
    """The columns of what was run last on Postgres, with the types they have as Arrow.

    Raises:
        UsageError: one is of a type that has no place in a frame.
    """
    found = {}
    for column in cursor.description:
        if column.type_code not in ARROW_TYPES:
            raise UsageError(f"column {column.name}: cast it to text, or to a number, date or time")
        found[column.name] = ARROW_TYPES[column.type_code]
    return found


def write_parquet(file: Path | IO[bytes], tables: Iterable[pa.Table], **options: Any) -> int:
    """Write tables of one schema, at least one, to a Parquet file; how many rows there were.

    Args:
        file: its path, or a file that is open.
        tables: some of its rows each.
        options: of `pyarrow.parquet.ParquetWriter`.
    """
    rest = iter(tables)
    first = next(rest)
    count = 0
    with parquet.ParquetWriter(file, first.schema, compression="zstd", **options) as writer:
        for table in chain([first], rest):
            # one without rows tells the columns; a group of no rows would be left in the file
            if table.num_rows:
                writer.write_table(table)
                count += int(table.num_rows)
    return count


def _wanted_type(type_: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(type_):
        return TIME
    return pa.int64() if pa.types.is_integer(type_) else type_


def _duckdb_batches(native: Any, sql: str, rows_at_a_time: int) -> Iterator[pa.Table]:
    reader = native.execute(sql).to_arrow_reader(rows_at_a_time)
    yield reader.schema.empty_table()
    for batch in reader:
        yield pa.Table.from_batches([batch])


def _postgres_batches(native: Any, sql: str, rows_at_a_time: int) -> Iterator[pa.Table]:
    """By a cursor of the server's, which keeps the rows there until they are asked for."""
    with closing(native.cursor()) as cursor:
        cursor.execute(f"select * from ({sql}) as described limit 0")  # noqa: S608 - our own
        schema = pa.schema(columns_of(cursor).items())
    yield schema.empty_table()
    with closing(native.cursor(name="batches")) as cursor:
        cursor.itersize = rows_at_a_time
        cursor.execute(sql)
        while rows := cursor.fetchmany(rows_at_a_time):
            columns = [
                pa.array(values, type=field.type)
                for values, field in zip(zip(*rows, strict=True), schema, strict=True)
            ]
            yield pa.Table.from_arrays(columns, schema=schema)
