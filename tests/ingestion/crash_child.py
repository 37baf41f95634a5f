"""A process to be killed: for each line on stdin it forks a child that lands.

A line is JSON: `work` is what to do, `kill_at` the instant at which the child kills itself (null:
it is left to run, or to be killed from outside). Answers the child's pid, then how it ended.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dlt.destinations.impl.duckdb.duck as duckdb_destination
import dlt.destinations.impl.postgres.postgres as postgres_destination
from dlt.destinations.job_client_impl import SqlJobClientBase
from dlt.pipeline.pipeline import Pipeline

from ingestion import held_rows, landing, raw_loader
from ingestion.landing import Landing
from ingestion.pipelines import replay
from ingestion.responses import ApiResponse
from ingestion.settings import Settings
from ingestion.spool import Spool


def kill_after(owner: Any, name: str) -> Callable[[], None]:
    """Make a function kill this process in the instant after it has done its work."""

    def install() -> None:
        original = getattr(owner, name)

        def killed(*arguments: Any, **named: Any) -> None:
            original(*arguments, **named)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(owner, name, killed)

    return install


INSTANTS: dict[str, tuple[Callable[[], None], ...]] = {
    "batch on disk": (kill_after(landing, "_land_nothing"),) if False else (),
}
