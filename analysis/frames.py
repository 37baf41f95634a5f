"""Query results as pandas frames, the same from either engine."""

from collections.abc import Iterator, Sequence
from io import BytesIO

import pandas as pd
import pyarrow as pa
from pyarrow import csv

from analysis.warehouse import Warehouse
from ingestion import arrow_rows
from ingestion.arrow_rows import ROWS_AT_A_TIME, columns_of, typed


def frame(warehouse: Warehouse, sql: str, parameters: Sequence[object] = ()) -> pd.DataFrame:
    """Run a query with a `?` for each parameter.

    Returns:
        One row per row: text as `str`, times in UTC to the microsecond, numbers as int64, or as
        float64 with NaN where one is missing.
    """
    read = _postgres_table if warehouse.engine == "postgres" else _duckdb_table
    result: pd.DataFrame = typed(read(warehouse, sql, parameters)).to_pandas()
    return result


def batches(warehouse: Warehouse, sql: str) -> Iterator[pa.Table]:
    """The rows of a query some ten thousands at a time, typed as in a frame; at least one table.

    What is held in memory does not grow with the result.
    """
    return arrow_rows.batches(
        warehouse.engine, warehouse.native, sql, rows_at_a_time=ROWS_AT_A_TIME
    )


def _duckdb_table(warehouse: Warehouse, sql: str, parameters: Sequence[object]) -> pa.Table:
    with warehouse.cursor() as cursor:
        return cursor.execute(sql, tuple(parameters)).to_arrow_table()


def _postgres_table(warehouse: Warehouse, sql: str, parameters: Sequence[object]) -> pa.Table:
    """By COPY, many times as fast as row by row; its doubles keep every bit."""
    with warehouse.cursor() as cursor:
        places = sql.replace("%", "%%").replace("?", "%s")
        query = cursor.mogrify(places, tuple(parameters)).decode()
        cursor.execute(f"select * from ({query}) as described limit 0")  # noqa: S608 - mogrified
        columns = columns_of(cursor)
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
