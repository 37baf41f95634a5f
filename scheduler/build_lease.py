"""The lease of a build whose process died on this machine, freed within seconds.

A build on Postgres holds a row of `ops.build_lease`, and who finds it held waits until a minute
has gone by without a sign of life: of a process elsewhere no more can be known.
"""

import os
import re
import socket
import time

from ingestion.warehouse import Connection

_PROCESS = re.compile(r"process (?P<number>[0-9]+) on (?P<host>.+)$")
# a build at work has a session, but for the instant between two models; a container may have the
# name of this machine and processes that cannot be seen from here
_QUIET_SECONDS = 5
_PATIENCE_SECONDS = 7.0
_STEP_SECONDS = 0.2

_FREE = """
delete from ops.build_lease as lease
where
    lease.holder = ?
    and lease.touched_at < clock_timestamp() - cast(? as interval)
    and not exists (
        select 1 from pg_stat_activity as sessions
        where
            sessions.pid = lease.backend_pid
            and sessions.backend_start = lease.backend_started_at
    )
"""
_IS_HELD = "select 1 from ops.build_lease where holder = ?"


def holder_of_this_process(who: str) -> str:
    """How a build tells others who wait for it whose it is."""
    return f"{who}, process {os.getpid()} on {socket.gethostname()}"


def free_of_the_dead(connection: Connection) -> None:
    """Take the lease from a process of this machine that is gone; on Postgres."""
    if "build_lease" not in connection.relations("ops"):
        return
    for (holder,) in connection.rows("select holder from ops.build_lease"):
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while _is_dead(holder) and connection.rows(_IS_HELD, (holder,)):
            connection.rows(_FREE, (holder, f"{_QUIET_SECONDS} seconds"))
            if time.monotonic() > deadline:
                break
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
