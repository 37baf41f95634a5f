"""How long models take to build."""

from analysis.warehouse import Record, Warehouse

RELATIONS = ("ops.fct_model_runs",)


def slowest(warehouse: Warehouse, *, limit: int) -> list[Record]:
    """The last run of each model, the slowest first; none where no build was noted yet."""
    if RELATIONS[0] not in warehouse.relations():
        return []
    return warehouse.rows(
        """
        with

        numbered as (

            select
                *,
                row_number() over (partition by relation order by began_at desc) as run_number
            from ops.fct_model_runs
            where status <> 'skipped'

        )

        select relation, began_at, build_kind, status, seconds, row_count
        from numbered
        where run_number = 1
        order by seconds desc, relation
        limit ?
        """,
        [limit],
    )
