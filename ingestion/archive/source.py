"""What the warehouse has to archive: raw rows of complete loads, month by month.

Raw rows are only ever appended, so one statement settles which rows a file is to hold: those that
land meanwhile belong to the next export.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import attrgetter

from ingestion.archive.rows import Row, checked_row
from ingestion.errors import OddsError
from ingestion.held_rows import literal
from ingestion.raw_tables import LOAD_ID, SCHEMA, RawTable
from ingestion.warehouse import Connection

# DuckDB hands over all rows of a query at once
ROWS_A_QUERY = 250


@dataclass(frozen=True)
class Selection:
    """Which rows to archive, by the UTC day of their first clock; null does not narrow."""

    since: date | None = None
    before: date | None = None
    sport_key: str | None = None


@dataclass(frozen=True)
class HeldMonth:
    """The rows of one table, month (its first day) and sport that are selected."""

    table: RawTable
    month: date
    sport_key: str | None
    rows: int
    ids_md5: str


@dataclass(frozen=True)
class HeldRow:
    """Where to find one row: `clock` is the value of the column `bound`."""

    row_id: str
    load_id: str
    bound: str
    clock: datetime


def ids_md5(row_ids: Iterable[str]) -> str:
    """A short name of a set of rows, which the warehouse can work out too."""
    return hashlib.md5("".join(sorted(row_ids)).encode(), usedforsecurity=False).hexdigest()


def held_months(
    connection: Connection, table: RawTable, selection: Selection
) -> Iterator[HeldMonth]:
    """Yield the months of which the warehouse holds selected rows, in order."""
    if not connection.relations(SCHEMA).issuperset((table.name, "_dlt_loads")):
        return
    narrowed, values = _narrowed(table, selection)
    for month, sport_key, rows, digest in connection.rows(
        f"""
        select
            month,
            sport_key,
            count(*),
            md5(string_agg(row_id, '' order by row_id collate "C"))
        from (
            select distinct
                cast(date_trunc('month', {_clock(table)} at time zone 'UTC') as date) as month,
                sport_key,
                {table.key} as row_id
            from {SCHEMA}.{table.name}
            where {narrowed}
        ) as selected
        group by month, sport_key
        order by month, sport_key collate "C" nulls first
        """,  # noqa: S608 - names of our own tables, literals of our own making
        values,
    ):
        yield HeldMonth(table=table, month=month, sport_key=sport_key, rows=rows, ids_md5=digest)


def held_rows(connection: Connection, month: HeldMonth, selection: Selection) -> list[HeldRow]:
    """The selected rows of a month, each once, oldest first."""
    table = month.table
    narrowed, values = _narrowed(table, selection)
    since = datetime(month.month.year, month.month.month, 1, tzinfo=UTC)
    until = (since + timedelta(days=32)).replace(day=1)
    found = connection.rows(
        f"""
        select {table.key}, {LOAD_ID}, {", ".join(table.clocks)}
        from {SCHEMA}.{table.name}
        where
            {narrowed}
            and {_clock(table)} >= {literal(since)}
            and {_clock(table)} < {literal(until)}
            and sport_key is not distinct from ?
        order by {LOAD_ID} collate "C" desc
        """,  # noqa: S608 - as above
        (*values, month.sport_key),
    )
    first_copies = {row.row_id: row for row in (_held_row(table, *values) for values in found)}
    return sorted(first_copies.values(), key=attrgetter("bound", "clock", "row_id"))


def read_held(connection: Connection, table: RawTable, held: Sequence[HeldRow]) -> Iterator[Row]:
    """Yield the rows themselves.

    Raises:
        OddsError: one of them is gone, or is not what its id says.
    """
    for _, alike in groupby(held, key=attrgetter("bound")):
        of_one_bound = list(alike)
        for first in range(0, len(of_one_bound), ROWS_A_QUERY):
            yield from _read(connection, table, of_one_bound[first : first + ROWS_A_QUERY])


def _read(connection: Connection, table: RawTable, held: Sequence[HeldRow]) -> Iterator[Row]:
    wanted = {row.row_id: row for row in held}
    columns = table.arrow_schema.names
    among = "in (select unnest(?))" if connection.target == "duckdb" else "= any(?)"
    found = connection.rows(
        f"""
        select {", ".join(columns)}, {LOAD_ID}
        from {SCHEMA}.{table.name}
        where
            {table.key} {among}
            and {held[0].bound} between {literal(held[0].clock)} and {literal(held[-1].clock)}
        """,  # noqa: S608 - as above
        (list(wanted),),
    )
    for *values, load_id in found:
        named = dict(zip(columns, values, strict=True))
        row_id = named[table.key]
        if row_id in wanted and wanted[row_id].load_id == load_id:
            del wanted[row_id]
            try:
                yield checked_row(table, named)
            except ValueError as error:
                raise OddsError(f"{SCHEMA}.{table.name}, {row_id}: {error}") from error
    if wanted:
        raise OddsError(
            f"{len(wanted)} rows went from {SCHEMA}.{table.name} while they were read: export again"
        )


def _held_row(table: RawTable, row_id: str, load_id: str, *clocks: datetime | None) -> HeldRow:
    bound, clock = next(
        (name, value) for name, value in zip(table.clocks, clocks, strict=True) if value
    )
    return HeldRow(row_id=row_id, load_id=load_id, bound=bound, clock=clock.astimezone(UTC))


def _clock(table: RawTable) -> str:
    return f"coalesce({', '.join(table.clocks)})"


def _narrowed(table: RawTable, selection: Selection) -> tuple[str, tuple[str, ...]]:
    """Conditions on complete and selected rows, and the values of their parameters."""
    conditions = [
        f"{LOAD_ID} in (select load_id from {SCHEMA}._dlt_loads where status = 0)"  # noqa: S608
    ]
    if selection.since:
        conditions.append(f"{_clock(table)} >= {literal(_midnight(selection.since))}")
    if selection.before:
        conditions.append(f"{_clock(table)} < {literal(_midnight(selection.before))}")
    if selection.sport_key is None:
        return " and ".join(conditions), ()
    return " and ".join([*conditions, "sport_key = ?"]), (selection.sport_key,)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
