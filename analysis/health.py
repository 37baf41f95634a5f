"""How the collector and the warehouse are doing."""

from datetime import datetime, timedelta

from analysis.warehouse import Record, Warehouse

RELATIONS = ("ops.rpt_pipeline_health", "ops.fct_job_runs", "intermediate.int_moment_monitored")
FETCHES = "ops.fct_fetches"
WEEK = timedelta(days=7)


def measures(warehouse: Warehouse) -> dict[str, Record]:
    """The measures by name; they look from `watched_at`."""
    rows = warehouse.rows(
        "select measure, value, unit, status, explanation from ops.rpt_pipeline_health"
        ' order by measure collate "C"'
    )
    return {row["measure"]: row for row in rows}


def watched_at(warehouse: Warehouse) -> datetime:
    """The last build, or the collector's last sign of life."""
    (row,) = warehouse.rows("select as_of from intermediate.int_moment_monitored")
    moment: datetime = row["as_of"]
    return moment


def last_heartbeat(warehouse: Warehouse) -> Record | None:
    """When the collector last said that it is there, and what is next; None if it never did."""
    rows = warehouse.rows(
        """
        select started_at, reason
        from ops.fct_job_runs
        where job = 'heartbeat'
        order by started_at desc
        limit 1
        """
    )
    return rows[0] if rows else None


def bytes_a_day(warehouse: Warehouse, *, total: int, now: datetime) -> float | None:
    """How fast the database grows, taking all answers to be alike; None where there are none.

    Args:
        warehouse: where to read.
        total: bytes of the whole database.
        now: the moment; what was asked within the week before counts.
    """
    (row,) = warehouse.rows(
        """
        select
            count(*) as answers,
            count(case when requested_at > ? then 1 end) as late_answers,
            min(requested_at) as first_at
        from ops.fct_fetches
        """,
        [now - WEEK],
    )
    if not row["answers"]:
        return None
    span = min(max(now - row["first_at"], timedelta(days=1)), WEEK)
    return float(total * row["late_answers"] / row["answers"] / (span / timedelta(days=1)))
