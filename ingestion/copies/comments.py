"""What a warehouse says of its tables and columns."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ingestion.warehouse import Connection

_DUCKDB = """
select schema_name || '.' || table_name, null, comment from duckdb_tables()
where schema_name = any(?) and comment is not null
union all
select schema_name || '.' || view_name, null, comment from duckdb_views()
where schema_name = any(?) and comment is not null
union all
select schema_name || '.' || table_name, column_name, comment from duckdb_columns()
where schema_name = any(?) and comment is not null
"""
_POSTGRES = """
select
    namespaces.nspname || '.' || relations.relname,
    columns.attname,
    descriptions.description
from pg_description as descriptions
inner join pg_class as relations on descriptions.objoid = relations.oid
inner join pg_namespace as namespaces on relations.relnamespace = namespaces.oid
left join pg_attribute as columns
    on
        descriptions.objoid = columns.attrelid
        and descriptions.objsubid = columns.attnum
        and descriptions.objsubid > 0
where
    descriptions.classoid = cast('pg_class' as regclass)
    and relations.relkind in ('r', 'v', 'm', 'p')
    and namespaces.nspname = any(?)
"""


@dataclass(frozen=True)
class Comments:
    """Of each relation (`schema.name`) and column (null: of the relation itself), its text."""

    rows: Sequence[tuple[str, str | None, str]]

    def statements(self, relations: Collection[str]) -> Iterator[str]:
        """What says the same of tables of these names in DuckDB."""
        for relation, column, text in self.rows:
            if relation in relations:
                quoted = "'" + text.replace("'", "''") + "'"
                named = f'column {relation}."{column}"' if column else f"table {relation}"
                yield f"comment on {named} is {quoted}"


def comments_of(connection: Connection, schemas: Sequence[str]) -> Comments:
    """Every comment in these schemas."""
    names = list(schemas)
    if connection.target == "postgres":
        found = connection.rows(_POSTGRES, (names,))
    else:
        found = connection.rows(_DUCKDB, (names, names, names))
    return Comments([(relation, column, text) for relation, column, text in found])
