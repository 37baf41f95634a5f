"""Which marts do not know all that has landed."""

from collections.abc import Sequence
from datetime import datetime

from analysis.warehouse import Warehouse

RELATIONS = ("ops.mart_freshness", "intermediate.int_relation_inputs")


def tables_behind(
    warehouse: Warehouse, relations: Sequence[str], *, reports_until: datetime | None = None
) -> list[str]:
    """The tables to make anew for these relations to know all, as `schema.name`, in order.

    Args:
        warehouse: where to read.
        relations: tables and views, as `schema.name`; what dbt does not make is never behind.
        reports_until: what only builds of everything make may be behind if it was made since then.
    """
    is_worth_it, moments = "true", []
    if reports_until is not None:
        is_worth_it, moments = "(inputs.input_is_hot or freshness.built_at < ?)", [reports_until]
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
            and {is_worth_it}
        order by freshness.relation
        """,  # noqa: S608 - nothing of others is put in
        [*relations, *moments],
    )
    return [row["relation"] for row in rows]
