"""SQL of others, looked through before it runs: one query, of marts, by functions that are known.

What was looked through is what runs: the query is written anew from what was understood of it. The
connection is closed to files and writing besides (`shut_in`).
"""

import logging
from collections.abc import Collection
from threading import Timer
from typing import Final

import duckdb
import psycopg2
import sqlglot
from sqlglot import exp

from analysis.warehouse import Record, Warehouse
from ingestion.errors import UsageError

SCHEMAS: Final = ("marts", "quality", "ops")
# those that the parser has no class for, and that neither read nor set anything
_HARMLESS: Final = frozenset(
    {
        *("age", "date_part", "date_trunc", "epoch", "isfinite", "make_date", "make_timestamptz"),
        *("now", "strftime", "to_char", "to_timestamp"),
        *("format", "lpad", "ltrim", "position", "regexp_matches", "rpad", "rtrim", "starts_with"),
        *("ceil", "ceiling", "div", "erf", "gcd", "isnan", "mod", "pi", "trunc", "width_bucket"),
        *("histogram", "mad", "product", "quantile_cont", "quantile_disc", "regr_count"),
        *("cardinality", "array_length", "array_position", "json_extract_string", "list_sort"),
    }
)
_TABLE_FUNCTIONS: Final = (exp.GenerateSeries, exp.ExplodingGenerateSeries, exp.Unnest)
_REFUSED: Final = (
    exp.Command,
    exp.CurrentSchema,
    exp.DDL,
    exp.DML,
    exp.Into,
    exp.Lock,
    exp.Parameter,
    exp.Placeholder,
    exp.ReadCSV,
    exp.ReadParquet,
    exp.SessionParameter,
)

# its complaints come as errors, too
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)


def checked(text: str, *, dialect: str, relations: Collection[str]) -> tuple[str, list[str]]:
    """The query as it may run, and the relations it reads, as `schema.name`.

    Args:
        text: what somebody wants to run.
        dialect: `duckdb` or `postgres`.
        relations: those that are there.

    Raises:
        UsageError: it is no query, or several, or reads what is not for reading.
    """
    query = _parsed(text, dialect)
    for node in query.walk():
        _check_node(node)
    read = {_relation(table, relations) for table in query.find_all(exp.Table)} - {None}
    return query.sql(dialect=dialect, comments=False), sorted(name for name in read if name)


def rows(warehouse: Warehouse, query: str, *, seconds: float) -> list[Record]:
    """What a checked query finds.

    Raises:
        UsageError: the engine cannot make sense of it, or it takes longer than these seconds.
    """
    timer = Timer(seconds, _interrupt, [warehouse])
    shut_in(warehouse, seconds=seconds)
    timer.start()
    try:
        with warehouse.cursor() as cursor:
            cursor.execute(query)
            names = [column[0] for column in cursor.description]
            found = cursor.fetchall()
    except (duckdb.InterruptException, psycopg2.errors.QueryCanceled) as error:
        raise UsageError(
            f"the query took longer than {seconds:g} s: read fewer rows of the large marts, by "
            "event_id or a time"
        ) from error
    except (duckdb.Error, psycopg2.Error) as error:
        raise UsageError(f"that cannot be asked: {_first_words(error)}") from error
    finally:
        timer.cancel()
    if len(set(names)) < len(names):
        raise UsageError("two columns of the query have one name: call one of them otherwise")
    return [dict(zip(names, row, strict=True)) for row in found]


def shut_in(warehouse: Warehouse, *, seconds: float) -> None:
    """Close a connection that cannot write to files and programs, too, and to slow queries."""
    settings = {
        "duckdb": (
            "set enable_external_access = false",
            "set python_enable_replacements = false",
            "set lock_configuration = true",
        ),
        "postgres": (
            f"set statement_timeout = {int(seconds * 1000)}",
            "set search_path = ''",
        ),
    }
    with warehouse.cursor() as cursor:
        for setting in settings[warehouse.engine]:
            cursor.execute(setting)


def _parsed(text: str, dialect: str) -> exp.Query:
    try:
        statements = [each for each in sqlglot.parse(text, read=dialect) if each is not None]
    except (sqlglot.errors.SqlglotError, RecursionError) as error:
        told = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
        plain = " ".join(told.replace("\x1b[4m", "").replace("\x1b[0m", "").split())
        raise UsageError(f"that is no SQL of {dialect}: {plain}") from error
    if len(statements) != 1:
        raise UsageError(f"one query at a time: there are {len(statements)} statements")
    (statement,) = statements
    if not isinstance(statement, exp.Query):
        raise UsageError(f"only a select can be asked, no {statement.key}")
    return statement


def _check_node(node: exp.Expr) -> None:
    # a query is a DML node of the parser's, too
    if isinstance(node, _REFUSED) and not isinstance(node, exp.Query):
        raise UsageError(f"{node.key} cannot be asked: only a select of {', '.join(SCHEMAS)}")
    if isinstance(node, exp.Anonymous) and node.name.lower() not in _HARMLESS:
        raise UsageError(f"the function {node.name.lower()} cannot be asked for here")


def _relation(table: exp.Table, relations: Collection[str]) -> str | None:
    """The relation a table stands for; null where it is a query of this query, or made of rows."""
    if not isinstance(table.this, exp.Identifier):
        if isinstance(table.this, _TABLE_FUNCTIONS):
            return None
        raise UsageError("no function can be read from but generate_series and unnest")
    if not table.db and _is_named_before(table):
        return None
    name = f"{table.db}.{table.name}".lower()
    if table.catalog or table.db.lower() not in SCHEMAS:
        raise UsageError(
            f"{table.sql()} cannot be read: only {', '.join(SCHEMAS)}, with the schema "
            "(marts.fct_closing_lines)"
        )
    if name not in relations:
        raise UsageError(f"there is no {name}: the tool `tables` lists what there is")
    return name


def _is_named_before(table: exp.Table) -> bool:
    """Whether a `with` around it has named a query so, before the place where it is read."""
    inside: exp.Expr = table
    while (around := inside.parent) is not None:
        named = around.args.get("with_")
        if named is not None and _names(named, inside, table.name.lower()):
            return True
        if isinstance(around, exp.With) and _names(around, inside, table.name.lower()):
            return True
        inside = around
    return False


def _names(named: exp.With, inside: exp.Expr, name: str) -> bool:
    before = named.expressions
    if inside in before and not named.recursive:
        before = before[: [id(each) for each in before].index(id(inside))]
    return inside is not named and any(each.alias.lower() == name for each in before)


def _interrupt(warehouse: Warehouse) -> None:
    if warehouse.engine == "duckdb":
        warehouse.native.interrupt()


def _first_words(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
