"""A process whose children are killed while they land.

For each line on stdin it forks a child: JSON with `settings`, `work` (`spool` or `replay`), what
that needs, and `kill_after`, the instant at which the child kills itself, or null. It answers with
the child's process id, then with the signal that ended it.
"""

import itertools
import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet
from dlt.destinations.impl.duckdb.duck import DuckDbCopyJob
from dlt.destinations.impl.postgres.postgres import PostgresCsvCopyJob
from dlt.destinations.job_client_impl import SqlJobClientBase
from dlt.pipeline.pipeline import Pipeline

from ingestion import raw_loader
from ingestion.landing import Landing
from ingestion.pipelines import replay
from ingestion.responses import ApiResponse
from ingestion.settings import Settings, load_settings
from ingestion.spool import Spool

RESPONSES_A_LANDING = 3
# what a landing would import only when it comes to it: once here is quicker than in every child
IMPORTED_BEFORE_THE_FORK = (pd, pyarrow.compute, pyarrow.csv, pyarrow.parquet)

INSTANTS: dict[str, tuple[tuple[Any, str], ...]] = {
    "response spooled": ((Spool, "write"),),
    "batches on disk": ((Pipeline, "extract"),),
    "files made": ((Pipeline, "normalize"),),
    "rows committed": ((DuckDbCopyJob, "run"), (PostgresCsvCopyJob, "run")),
    "load complete": ((SqlJobClientBase, "complete_load"),),
    "package done": ((Pipeline, "load"),),
    "dead rows deleted": ((raw_loader, "delete_load"),),
    "spool emptied": ((Spool, "remove"),),
}


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            work(load_settings(**order["settings"]), order)
            os._exit(0)
        answer(child)
        _, status = os.waitpid(child, 0)
        answer(os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def work(settings: Settings, order: dict[str, Any]) -> None:
    for owner, name in INSTANTS.get(order["kill_after"] or "", ()):
        die_after(owner, name)
    if order["work"] == "replay":
        replay([Path(order["path"])], settings, skip_bad=False, now=now)
    else:
        land_spool(settings, log=Path(order["log"]), landings=order["landings"])


def land_spool(settings: Settings, *, log: Path, landings: int) -> None:
    """Spool and land; each response that is safely spooled is logged."""
    landing = Landing(settings, now=now)
    numbers = itertools.count(len(log.read_text().split()) if log.exists() else 0)
    for _ in range(landings):
        for number in itertools.islice(numbers, RESPONSES_A_LANDING):
            spooled = response(number)
            landing.spool.write(spooled)
            with log.open("a") as file:
                file.write(f"{spooled.response_id}\n")
        landing.land_spool()


def response(number: int) -> ApiResponse:
    at = datetime(2026, 1, 31, tzinfo=UTC) + timedelta(minutes=number)
    has_answer = number % 5 > 0
    return ApiResponse.from_exchange(
        endpoint="/v4/sports/basketball_nba/odds",
        params={"regions": "us"},
        requested_at=at,
        captured_at=at if has_answer else None,
        status_code=200 if has_answer else None,
        headers={},
        body_text=f'[{{"id":"{number}"}}]' if has_answer else None,
        error_code=None if has_answer else "timeout",
        origin="live",
    )


def die_after(owner: Any, name: str) -> None:
    """Make a function kill this process in the instant after it has done its work."""
    original = getattr(owner, name)

    def do_and_die(*arguments: Any, **named: Any) -> None:
        original(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, do_and_die)


def now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main()
