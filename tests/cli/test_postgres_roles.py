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
CAN_WRITE = """
select pg_class.relname
from pg_class
inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid
where
    pg_namespace.nspname not in ('pg_catalog', 'information_schema')
    and pg_class.relkind in ('r', 'v')
    and has_table_privilege(pg_class.oid, 'insert, update, delete, truncate')
"""
READABLE = ("marts", "quality", "ops")
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
        reader=replace(here, user="bi_reader", password=DIFFICULT[::-1]),
    )
    said = init(roles)
    assert said.returncode == 0, said.stderr
    yield roles
    run(
        server,
        f"drop database {here.database} with (force)",
        f'drop role "{roles.owner.user}"',
        # builds of other tests may have granted it something in their databases
        "alter role bi_reader nologin password null",
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


def test_a_reader_comes_in_and_before_a_build_reads_nothing(roles: Roles) -> None:
    run(roles.owner, "create schema raw", "create table raw.secret as select 1 as id")
    # the reader's own default is no right: what is asked otherwise is refused, too
    for statement in (
        "select * from raw.secret",
        "create temporary table mine (id integer)",
        "create table public.mine (id integer)",
        "create schema mine",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            run(roles.reader, WRITABLE, statement)
    run(roles.owner, "drop schema raw cascade")


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


@pytest.mark.parametrize("owner", ["the superuser", "bi_reader"])
def test_roles_that_are_one_are_refused(roles: Roles, owner: str) -> None:
    said = init(roles, OWNER=owner.replace("the superuser", roles.superuser.user))
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
    assert_reads_models_and_nothing_else(roles)
    reader = replace(collector, environment={**collector.environment, **roles.reader.environment()})
    said = reader.odds("site", "build", collector.folder / "site", "--dbt-docs", "--json")
    assert said.data["absent"] == {}
    dbt_docs = (collector.folder / "site" / "docs" / "dbt" / "index.html").read_text()
    # a column's type is told by the catalogue of the database alone
    assert "fct_closing_lines" in dbt_docs
    assert "double precision" in dbt_docs


def assert_reads_models_and_nothing_else(roles: Roles) -> None:
    """Every table and view of the models for readers; no other, and no way to write one."""
    for schema in ("marts", "quality"):
        assert set(tables(roles.reader, schema)) == set(tables(roles.owner, schema))
    readable = {f"{schema}.{name}" for schema in READABLE for name in tables(roles.reader, schema)}
    assert {"marts.fct_closing_lines", "quality.fct_findings", "ops.fct_fetches"} < readable
    for name in readable:
        run(roles.reader, f"select * from {name} limit 1")  # noqa: S608
    assert run(roles.reader, "select count(*) > 100 from marts.fct_odds") == [(True,)]
    for schema in ("raw", "staging", "intermediate", "ops"):
        for name in {f"{schema}.{name}" for name in tables(roles.owner, schema)} - readable:
            with pytest.raises(errors.InsufficientPrivilege):
                run(roles.reader, f"select * from {name} limit 1")  # noqa: S608
    assert run(roles.reader, CAN_WRITE) == []
    for statement in (
        "create table marts.mine (id integer)",
        "insert into marts.sports (sport_key) values ('mine')",
        "delete from marts.sports",
        "drop table marts.sports",
        "comment on table marts.sports is 'mine'",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            run(roles.reader, WRITABLE, statement)


def tables(address: PostgresAddress, schema: str) -> list[object]:
    listed = f"select table_name from information_schema.tables where table_schema = '{schema}'"  # noqa: S608
    return [name for (name,) in run(address, listed)]
