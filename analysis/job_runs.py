"""What the collector's jobs did."""

from datetime import datetime

from analysis.warehouse import Record, Warehouse

RELATIONS = ("ops.fct_job_runs",)


def last_runs(warehouse: Warehouse, *, until: datetime, limit: int) -> list[Record]:
    """The jobs that began last, newest first; `seconds` is null while one runs."""
    return warehouse.rows(
        """
        select
            job_id, run_id, job, sport_key, due_at, started_at, ended_at, seconds, status, reason,
            credits, error
        from ops.fct_job_runs
        where started_at <= ?
        order by started_at desc, job_id collate "C"
        limit ?
        """,
        [until, limit],
    )
