"""What the complaints of databases and disks mean for a person."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psycopg2

from ingestion.errors import OddsError
from ingestion.settings import Settings

_LOCK_HOLDER = re.compile(r"Conflicting lock is held in (?P<program>.*?) \(PID (?P<pid>\d+)\)")

# the first pattern found in the message counts
_POSTGRES_MEANINGS = (
    (
        "password authentication failed|no password supplied|no pg_hba.conf entry",
        "{server} refused the login of user {user}: check PGUSER and PGPASSWORD",
    ),
    (
        'role "[^"]*" (does not exist|is not permitted)',
        "{server} knows no login {user}: check PGUSER",
    ),
    (
        'database "[^"]*" does not exist',
        "{server} has no database {database}: create it (createdb {database}) or check PGDATABASE",
    ),
    (
        "No space left on device|Disk quota exceeded|53100",
        "the disk of {server} is full; nothing landed: free some space, then run again",
    ),
    (
        "^42703 ",
        "database {database} was built by another version of the project: run `dbt build` "
        "({message})",
    ),
    ("permission denied for", "{server}: user {user} lacks a right: {message}"),
)
_DUCKDB_MEANINGS = (
    (
        "No space left|Disk quota exceeded",
        "the disk of {path} is full; nothing landed: free some space, then run again",
    ),
    (
        "database has been invalidated",
        "{path} was closed by the engine after a failed write (a full disk, most often): what was "
        "written until then is in it; free some space, then run again",
    ),
    (
        "not a valid DuckDB database file",
        "{path} is not a DuckDB file: move it away or set ODDS_DUCKDB_PATH",
    ),
    (
        "different configuration",
        "{path} is still open in this process, in another way: close it first",
    ),
    (
        'does not have a column named "|Referenced column ".*" not found',
        "{path} was built by another version of the project: run `dbt build` ({message})",
    ),
    ("^IO Error", "cannot open or write {path}: {message}"),
)


@contextmanager
def explained(settings: Settings) -> Iterator[None]:
    """Turn what databases and disks complain about into one line for a person.

    Raises:
        OddsError: in place of every error that has a known meaning.
    """
    try:
        yield
    except OddsError:
        raise
    except Exception as error:
        known = explanation(error, settings)
        if known is None:
            raise
        raise known from error


def explanation(error: BaseException, settings: Settings) -> OddsError | None:
    """What an error means, found anywhere in its chain of causes; null if it is a bug."""
    cause: BaseException | None = error
    while cause is not None:
        known = _meaning(cause, settings)
        if known is not None:
            return known
        cause = cause.__cause__ or cause.__context__
    return None


def _meaning(error: BaseException, settings: Settings) -> OddsError | None:
    if isinstance(error, OddsError):
        return error
    if isinstance(error, psycopg2.Error):
        return _postgres_meaning(error, settings)
    if isinstance(error, duckdb.Error):
        return _duckdb_meaning(str(error), settings.odds_duckdb_path)
    if isinstance(error, OSError):
        return _disk_meaning(error)
    return None


def _disk_meaning(error: OSError) -> OddsError | None:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return OddsError("the disk is full; nothing landed: free some space, then run again")
    unwritable = (PermissionError, NotADirectoryError, FileExistsError)
    if isinstance(error, unwritable) or error.errno == errno.EROFS:
        return OddsError(
            f"cannot write to {error.filename}: {error.strerror}; "
            "give ODDS_DATA_DIR and ODDS_DUCKDB_PATH a writable folder"
        )
    return None


def _duckdb_meaning(message: str, path: Path) -> OddsError | None:
    holder = _LOCK_HOLDER.search(message)
    if holder:
        pid = holder["pid"]
        return OddsError(
            f"{path} is in use by process {pid} ({_command(holder)}), and DuckDB lets in one "
            f"process at a time: wait for it or stop it (kill {pid}), then run again"
        )
    first_line = message.splitlines()[0].removeprefix("IO Error: ") if message else ""
    for pattern, meaning in _DUCKDB_MEANINGS:
        if re.search(pattern, message):
            return OddsError(meaning.format(path=path, message=first_line))
    return None


def _command(holder: re.Match[str]) -> str:
    """The command line of the process that holds the lock, as far as it can be seen."""
    try:
        arguments = Path(f"/proc/{holder['pid']}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return holder["program"]
    text = " ".join(part.decode(errors="replace") for part in arguments)
    return " ".join(text.split())[:120]


def _postgres_meaning(error: psycopg2.Error, settings: Settings) -> OddsError | None:
    words = {
        "server": f"Postgres at {settings.pghost}:{settings.pgport}",
        "user": settings.pguser,
        "database": settings.pgdatabase,
        "message": " ".join(str(error).split()),
    }
    for pattern, meaning in _POSTGRES_MEANINGS:
        if re.search(pattern, f"{error.pgcode} {words['message']}"):
            return OddsError(meaning.format(**words))
    if isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError):
        answer = "{server} does not answer: {message}; start it or check PGHOST and PGPORT"
        return OddsError(answer.format(**words))
    return None
