"""The roles of deploy/postgres on a real server: who may do what, and not more."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import errors

from cli.local_postgres import PostgresAddress, find_binaries
from ingestion.settings import PROJECT_DIR
from simulator import DEMO_KEY, VirtualClock, serve
from tests.cli.conftest import Place, games_of_these_days, make_place

INIT = PROJECT_DIR / "deploy" / "postgres"
RIGHTS = "rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
# not to be told as it stands to a shell, psql or SQL
DIFFICULT = """it's "$HOME" $(x) `y` \\ %s 1"""
WRITABLE = "set default_transaction_read_only = off"
GAMES, NOW = games_of_these_days()


@dataclass(frozen=True)
class Roles:
    superuser: PostgresAddress
    owner: PostgresAddress
    reader: PostgresAddress


def psql() -> str:
    found = shutil.which("psql") or str(find_binaries() / "psql")
    if not Path(found).exists():
        pytest.skip("no psql here")
    return found


def init(roles: Roles, **changes: str) -> "subprocess.CompletedProcess[str]":
    """Run the script as the image of Postgres does."""
    environment = {
        "PATH": f"{Path(psql()).parent}:{os.environ['PATH']}",
        "PGHOST": roles.superuser.host,
        "PGPORT": str(roles.superuser.port),
        "PGPASSWORD": roles.superuser.password,
        "POSTGRES_USER": roles.superuser.user,
        "POSTGRES_DB": roles.owner.database,
        "OWNER": roles.owner.user,
        "OWNER_PASSWORD": roles.owner.password,
        "READER": roles.reader.user,
        "READER_PASSWORD": roles.reader.password,
        "ROLES_SQL": str(INIT / "roles.sql"),
    }
    return subprocess.run(
        ["sh", str(INIT / "init.sh")],
        env=environment | changes,
        capture_output=True,
        text=True,
        check=False,
    )


def run(address: PostgresAddress, *statements: str) -> list[tuple[object, ...]]:
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
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def roles(postgres_server: PostgresAddress) -> Iterator[Roles]:
    """A database of its own, and roles as the script makes them, with passwords to be quoted."""
    mark = secrets.token_hex(4)
    server = postgres_server
    # the superuser of this server serves other tests, and keeps its password
    boss = replace(server, user=f"boss_{mark}", password=secrets.token_hex(8))
    run(server, f"create role {boss.user} login superuser password '{boss.password}'")
    here = replace(server, database=f"roles_{mark}")
    roles = Roles(
        superuser=boss,
        owner=replace(here, user=f"Owner {mark}", password=DIFFICULT),
        reader=replace(here, user=f"reader_{mark}", password=DIFFICULT[::-1]),
    )
    said = init(roles)
    assert said.returncode == 0, said.stderr
    yield roles
    run(
        server,
        f"drop database {here.database} with (force)",
        f'drop role "{roles.owner.user}"',
        f"drop role {roles.reader.user}",
        f"drop role {boss.user}",
    )


def test_neither_role_is_more_than_it_needs(roles: Roles) -> None:
    for role in (roles.owner, roles.reader):
        rights = f"select {RIGHTS} from pg_roles where rolname = current_user"  # noqa: S608
        assert run(role, rights) == [(False,) * 5]
        for statement in (
            "create role another",
            "create database another",
            "copy (select 1) to program 'true'",
            "select pg_read_file('/etc/passwd')",
            "alter system set work_mem = '1GB'",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                run(role, WRITABLE, statement)


def test_afterwards_nobody_logs_in_as_the_superuser(
    roles: Roles, postgres_server: PostgresAddress
) -> None:
    found = run(
        postgres_server,
        f"select rolpassword from pg_authid where rolname = '{roles.superuser.user}'",  # noqa: S608
    )
    assert found == [(None,)]


def test_a_reader_reads_marts_also_those_made_later_and_nothing_of_raw(roles: Roles) -> None:
    run(
        roles.owner,
        "create schema if not exists raw",
        "create table raw.secret as select 1 as id",
        "create table marts.fct_early as select 1 as id",
        "create view marts.fct_seen as select * from raw.secret",
        # as dbt swaps a table
        "create table marts.fct_early__dbt_tmp as select 2 as id",
        "drop table marts.fct_early",
        "alter table marts.fct_early__dbt_tmp rename to fct_early",
    )
    assert run(roles.reader, "select id from marts.fct_early") == [(2,)]
    assert run(roles.reader, "select id from marts.fct_seen") == [(1,)]
    with pytest.raises(errors.ReadOnlySqlTransaction):
        run(roles.reader, "delete from marts.fct_early")
    # the reader's own default is no right: what is asked otherwise is refused, too
    for statement in (
        "select * from raw.secret",
        "create temporary table mine (id integer)",
        "create table marts.mine (id integer)",
        "create table public.mine (id integer)",
        "create schema mine",
        "insert into marts.fct_early values (3)",
        "delete from marts.fct_early",
        "drop table marts.fct_early",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            run(roles.reader, WRITABLE, statement)
    run(
        roles.owner,
        "drop view marts.fct_seen",
        "drop table marts.fct_early, raw.secret",
        "drop schema raw",
    )


def test_others_do_not_get_into_the_database(
    roles: Roles, postgres_server: PostgresAddress
) -> None:
    name = f"stranger_{secrets.token_hex(4)}"
    stranger = replace(roles.owner, user=name, password=name)
    run(postgres_server, f"create role {name} login password '{name}'")
    try:
        with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
            run(stranger, "select 1")
    finally:
        run(postgres_server, f"drop role {name}")


@pytest.mark.parametrize("name", ["OWNER", "READER"])
def test_roles_that_are_one_are_refused(roles: Roles, name: str) -> None:
    other = {"OWNER": roles.superuser.user, "READER": roles.owner.user}
    said = init(roles, **{name: other[name]})
    assert said.returncode == 1
    assert "neither the superuser" in said.stderr


def test_an_empty_password_is_refused(roles: Roles) -> None:
    assert "READER_PASSWORD is empty" in init(roles, READER_PASSWORD="").stderr


@pytest.fixture
def collector(roles: Roles, tmp_path: Path, dbt_target: Path) -> Place:
    place = make_place(tmp_path, dbt_target)
    return replace(
        place,
        environment={**place.environment, "ODDS_TARGET": "postgres", **roles.owner.environment()},
    )


@pytest.mark.heavy
def test_the_collectors_role_does_its_whole_job_and_readers_read_what_it_makes(
    roles: Roles, collector: Place
) -> None:
    with serve(GAMES, VirtualClock(NOW)) as server:
        access = {"ODDS_API_BASE_URL": server.url, "ODDS_API_KEY": DEMO_KEY}
        for words in (
            ["fetch", "odds"],
            ["fetch", "scores", "--days-from", "3"],
            ["scheduler", "run-once"],
            ["raw", "reread"],
            ["board"],
            ["status"],
            ["backtest", "run", "flat", "-p", "pick=home", "--stake", "flat", "--no-save"],
            ["archive", "export", "--to", str(collector.folder / "archive")],
        ):
            said = collector.odds(*words, **access)
            assert said.status == 0, (words, said.err)
        doctor = collector.odds("doctor", "--json", **access).object["data"]["checks"]
        assert [check for check in doctor if check["status"] == "failed"] == []
    marts = tables(roles.reader, "marts")
    assert len(marts) > 40
    for name in marts:
        run(roles.reader, f"select * from marts.{name} limit 1")  # noqa: S608
    assert run(roles.reader, "select count(*) > 100 from marts.fct_odds") == [(True,)]
    for schema in ("quality", "ops"):
        for name in tables(roles.reader, schema):
            run(roles.reader, f"select * from {schema}.{name} limit 1")  # noqa: S608
    for schema in ("raw", "staging", "intermediate"):
        for name in tables(roles.owner, schema)[:3]:
            with pytest.raises(errors.InsufficientPrivilege):
                run(roles.reader, f"select * from {schema}.{name} limit 1")  # noqa: S608
    reader = replace(collector, environment={**collector.environment, **roles.reader.environment()})
    said = reader.odds("site", "build", collector.folder / "site", "--dbt-docs", "--json")
    # no mart of bets yet
    assert set(said.data["absent"]) <= {"bets"}
    dbt_docs = (collector.folder / "site" / "docs" / "dbt" / "index.html").read_text()
    # a column's type is told by the catalogue of the database alone
    assert "fct_closing_lines" in dbt_docs
    assert "double precision" in dbt_docs


def tables(address: PostgresAddress, schema: str) -> list[object]:
    listed = f"select table_name from information_schema.tables where table_schema = '{schema}'"  # noqa: S608
    return [name for (name,) in run(address, listed)]
