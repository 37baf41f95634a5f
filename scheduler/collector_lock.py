"""One collector at a time, on one machine and on one Postgres server."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from ingestion.errors import OddsError
from ingestion.settings import Settings
from ingestion.warehouse import connect

POSTGRES_LOCK_KEY = 7_316_893_402_118  # any number, the same in every version


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


@contextmanager
def server_lock(settings: Settings) -> Iterator[None]:
    """Be the only collector on the Postgres server; one that is away locks nobody out.

    Raises:
        OddsError: a collector on another machine is at work right now.
    """
    if settings.odds_target != "postgres":
        yield
        return
    try:
        connected = connect(settings)
        connection = connected.__enter__()
    except OddsError:
        yield
        return
    try:
        ((is_ours,),) = connection.rows("select pg_try_advisory_lock(?)", (POSTGRES_LOCK_KEY,))
        if not is_ours:
            raise OddsError(
                f"a collector on another machine works with {settings.pgdatabase} at "
                f"{settings.pghost}: stop one of the two"
            )
        yield
    finally:
        connection.native.close()
