"""Query results as pandas frames, the same from either engine."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from io import BytesIO
from typing import Any

import pandas as pd
import pyarrow as pa
from pyarrow import csv

from analysis.warehouse import Warehouse
from ingestion.errors import UsageError

ROWS_AT_A_TIME = 50_000
_TIME = pa.timestamp("us", tz="UTC")
# by the type's oid, which never changes
_ARROW_TYPES = {
    16: pa.bool_(),
    20: pa.int64(),
    21: pa.int64(),
    23: pa.int64(),
    25: pa.string(),
    26: pa.int64(),
    701: pa.float64(),
    1043: pa.string(),
    1082: pa.date32(),
    1184: _TIME,
    1700: pa.float64(),
}


def frame(warehouse: Warehouse, sql: str, parameters: Sequence[object] = ()) -> pd.DataFrame:
    """Run a query with a `?` for each parameter.

    Returns:
        One row per row: text as `str`, times in UTC to the microsecond, numbers as int64, or as
        float64 with NaN where one is missing.
    """
    read = _postgres_table if warehouse.engine == "postgres" else _duckdb_table
    result: pd.DataFrame = _typed(read(warehouse, sql, parameters)).to_pandas()
    return result


def batches(warehouse: Warehouse, sql: str) -> Iterator[pa.Table]:
    """The rows of a query some ten thousands at a time, typed as in a frame; at least one table.

    What is held in memory does not grow with the result.
    """
    read = _postgres_batches if warehouse.engine == "postgres" else _duckdb_batches
    return map(_typed, read(warehouse, sql))


def _typed(table: pa.Table) -> pa.Table:
    for position, field in enumerate(table.schema):
        wanted = _wanted_type(field.type)
        if wanted != field.type:
            column = table.column(position).cast(wanted)
            table = table.set_column(position, field.name, column)
    return table


def _wanted_type(type_: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(type_):
        return _TIME
    return pa.int64() if pa.types.is_integer(type_) else type_


def _duckdb_table(warehouse: Warehouse, sql: str, parameters: Sequence[object]) -> pa.Table:
    with warehouse.cursor() as cursor:
        return cursor.execute(sql, tuple(parameters)).to_arrow_table()


def _postgres_table(warehouse: Warehouse, sql: str, parameters: Sequence[object]) -> pa.Table:
    """By COPY, many times as fast as row by row; its doubles keep every bit."""
    with warehouse.cursor() as cursor:
        places = sql.replace("%", "%%").replace("?", "%s")
        query = cursor.mogrify(places, tuple(parameters)).decode()
        cursor.execute(f"select * from ({query}) as described limit 0")  # noqa: S608 - mogrified
        columns = _columns(cursor)
        copied = BytesIO()
        cursor.copy_expert(f"copy ({query}) to stdout with (format csv)", copied)
    if copied.tell() == 0:
        return pa.schema(columns.items()).empty_table()
    copied.seek(0)
    return csv.read_csv(
        copied,
        read_options=csv.ReadOptions(column_names=list(columns)),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=columns,
            true_values=["t"],
            false_values=["f"],
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _columns(cursor: Any) -> dict[str, pa.DataType]:
    """The columns of what was run last.

    Raises:
        UsageError: one is of a type that has no place in a frame.
    """
    found = {}
    for column in cursor.description:
        if column.type_code not in _ARROW_TYPES:
            raise UsageError(f"column {column.name}: cast it to text, or to a number, date or time")
        found[column.name] = _ARROW_TYPES[column.type_code]
    return found


def _duckdb_batches(warehouse: Warehouse, sql: str) -> Iterator[pa.Table]:
    with warehouse.cursor() as cursor:
        reader = cursor.execute(sql).to_arrow_reader(ROWS_AT_A_TIME)
        yield reader.schema.empty_table()
        for batch in reader:
            yield pa.Table.from_batches([batch])


def _postgres_batches(warehouse: Warehouse, sql: str) -> Iterator[pa.Table]:
    """By a cursor of the server's, which keeps the rows there until they are asked for."""
    with warehouse.cursor() as cursor:
        cursor.execute(f"select * from ({sql}) as described limit 0")  # noqa: S608 - our own
        schema = pa.schema(_columns(cursor).items())
    yield schema.empty_table()
    with closing(warehouse.native.cursor(name="batches")) as cursor:
        cursor.itersize = ROWS_AT_A_TIME
        cursor.execute(sql)
        while rows := cursor.fetchmany(ROWS_AT_A_TIME):
            columns = [
                pa.array(values, type=field.type)
                for values, field in zip(zip(*rows, strict=True), schema, strict=True)
            ]
            yield pa.Table.from_arrays(columns, schema=schema)
