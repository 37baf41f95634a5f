"""The build that is under way, where a server tells."""

from analysis.warehouse import Record, Warehouse

LEASE = "ops.build_lease"
# a build that is alive has a session there, or had one a moment ago
UNDER_WAY = """
select
    lease.holder,
    lease.started_at
from ops.build_lease as lease
where
    lease.touched_at > current_timestamp - interval '60 seconds'
    or exists (
        select 1 from pg_stat_activity as sessions
        where
            sessions.pid = lease.backend_pid
            and sessions.backend_start = lease.backend_started_at
    )
"""


def build_under_way(warehouse: Warehouse) -> Record | None:
    """Who builds, and since when; None where nobody does.

    Nobody reads a DuckDB file while it is built: it lets in one process at a time.
    """
    if warehouse.engine != "postgres" or LEASE not in warehouse.relations():
        return None
    rows = warehouse.rows(UNDER_WAY)
    return rows[0] if rows else None
