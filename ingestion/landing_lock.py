"""One landing at a time, on one machine and on one Postgres server."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg2.errors

from ingestion.errors import OddsError
from ingestion.settings import Settings
from ingestion.warehouse import Connection

PATIENCE_SECONDS = 60
POSTGRES_LOCK_KEY = 7_316_893_402_117  # any number, the same in every version


@contextmanager
def landing_lock(data_dir: Path) -> Iterator[None]:
    """Hold the machine's landing lock, wait a minute for it if need be.

    Raises:
        OddsError: another landing goes on for longer than that.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "landing.lock").open("a+b") as file:
        _acquire(file)
        yield


@contextmanager
def landings_kept_out(settings: Settings) -> Iterator[None]:
    """Let landings of other processes wait for a DuckDB file, instead of finding it locked.

    Raises:
        OddsError: one goes on for over a minute.
    """
    if settings.odds_target == "postgres":
        yield
        return
    with landing_lock(settings.odds_data_dir):
        yield


def hold_server_lock(connection: Connection) -> None:
    """Hold the server's landing lock until the connection closes; DuckDB's file is a lock itself.

    Raises:
        OddsError: another landing goes on for longer than a minute.
    """
    if connection.target != "postgres":
        return
    connection.rows(f"set lock_timeout = '{PATIENCE_SECONDS}s'")
    try:
        connection.rows("select pg_advisory_lock(?)", (POSTGRES_LOCK_KEY,))
    except psycopg2.errors.LockNotAvailable as error:
        raise _busy() from error
    connection.rows("set lock_timeout = 0")


def _acquire(file: IO[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise _busy() from error
            time.sleep(0.05)
        else:
            return


def _busy() -> OddsError:
    return OddsError(
        f"another landing has been running for over {PATIENCE_SECONDS} s: run this again after it"
    )
