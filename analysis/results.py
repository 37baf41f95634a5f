"""Which rows of imported results found their game."""

from analysis.warehouse import Warehouse

RELATIONS = ("quality.rpt_unmatched_results",)


def unmatched_row_ids(warehouse: Warehouse, *, source: str) -> set[str]:
    """The ids of a source's result rows that found no event, or lost it to another row."""
    rows = warehouse.rows(
        """
        select unmatched_id
        from quality.rpt_unmatched_results
        where what = 'result row' and source = ?
        """,
        [source],
    )
    return {row["unmatched_id"] for row in rows}
