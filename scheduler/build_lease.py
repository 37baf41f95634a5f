"""The lease of a build whose process died on this machine, freed at once.

A build on Postgres holds a row of `ops.build_lease`, and who finds it held waits until a minute
has gone by without a sign of life: of a process elsewhere no more can be known.
"""

import os
import re
import socket
import time

from ingestion.warehouse import Connection

_PROCESS = re.compile(r"process (?P<number>[0-9]+) on (?P<host>.+)$")
_PATIENCE_SECONDS = 2.0
_STEP_SECONDS = 0.1

# a server goes on with a statement whose client is gone
_END = """
select pg_terminate_backend(sessions.pid)
from ops.build_lease as lease
inner join pg_stat_activity as sessions
    on lease.backend_pid = sessions.pid and lease.backend_started_at = sessions.backend_start
where lease.holder = ?
"""
_FREE = """
delete from ops.build_lease as lease
where
    lease.holder = ?
    and not exists (
        select 1 from pg_stat_activity as sessions
        where
            sessions.pid = lease.backend_pid
            and sessions.backend_start = lease.backend_started_at
    )
returning holder
"""


def holder_of_this_process(who: str) -> str:
    """How a build tells others who wait for it whose it is."""
    return f"{who}, process {os.getpid()} on {socket.gethostname()}"


def free_of_the_dead(connection: Connection) -> None:
    """Take the lease from a process of this machine that is gone; on Postgres."""
    if "build_lease" not in connection.relations("ops"):
        return
    for (holder,) in connection.rows("select holder from ops.build_lease"):
        if not _is_dead(holder):
            continue
        connection.rows(_END, (holder,))
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not connection.rows(_FREE, (holder,)) and time.monotonic() < deadline:
            time.sleep(_STEP_SECONDS)


def _is_dead(holder: str) -> bool:
    process = _PROCESS.search(holder)
    if process is None or process["host"] != socket.gethostname():
        return False
    try:
        os.kill(int(process["number"]), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        return False
    return False
