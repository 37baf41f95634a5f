"""Which marts do not know all that has landed."""

from collections.abc import Sequence

from analysis.warehouse import Warehouse

RELATIONS = ("ops.mart_freshness", "intermediate.int_relation_inputs")


def tables_behind(warehouse: Warehouse, relations: Sequence[str]) -> list[str]:
    """The tables to make anew for these relations to know all, as `schema.name`, in order.

    Args:
        warehouse: where to read.
        relations: tables and views, as `schema.name`; what dbt does not make is never behind.
    """
    places = ", ".join("?" * len(relations))
    rows = warehouse.rows(
        f"""
        select distinct freshness.relation
        from intermediate.int_relation_inputs as inputs
        inner join ops.mart_freshness as freshness
            on inputs.input = freshness.relation
        where
            inputs.relation in ({places})
            and freshness.relation_kind = 'table'
            and freshness.is_behind
        order by freshness.relation
        """,  # noqa: S608 - only placeholders are put in
        list(relations),
    )
    return [row["relation"] for row in rows]
