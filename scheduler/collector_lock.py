"""One collector at a time, on one machine and on one Postgres server."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ingestion.errors import OddsError
from ingestion.settings import Settings
from ingestion.warehouse import Connection

POSTGRES_LOCK_KEY = 7_316_893_402_118  # any number, the same in every version
# a busy server takes a moment to notice that a killed collector is gone
PATIENCE_SECONDS = 3.0


@contextmanager
def machine_lock(settings: Settings) -> Iterator[None]:
    """Be the only collector of this data folder.

    Raises:
        OddsError: another one is at work.
    """
    folder = settings.odds_data_dir
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "collector.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise OddsError(
                f"another collector (process {file.read().strip() or 'unknown'}) works with "
                f"{folder}: stop it first, or give this one an ODDS_DATA_DIR of its own"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def hold_server_lock(connection: Connection) -> None:
    """Be the only collector on the Postgres server until the connection closes.

    Raises:
        OddsError: a collector on another machine is at work right now.
    """
    if connection.target != "postgres":
        return
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not connection.rows("select pg_try_advisory_lock(?)", (POSTGRES_LOCK_KEY,))[0][0]:
        if time.monotonic() > deadline:
            raise OddsError(
                "a collector on another machine works with this database: stop one of the two"
            )
        time.sleep(0.05)
