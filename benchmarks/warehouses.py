"""Empty warehouses to measure in, removed afterwards."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg2.sql import Identifier

from cli.local_postgres import PostgresAddress, fresh_database, local_postgres
from ingestion.settings import PROJECT_DIR, Settings, Target, load_settings
from ingestion.warehouse import connect


@dataclass(frozen=True)
class Server:
    """Where the warehouses of one run are made; null on DuckDB, which needs no server."""

    target: Target
    address: PostgresAddress | None


@contextmanager
def server_for(target: Target) -> Iterator[Server]:
    """The server of the target, for as many warehouses as one run needs."""
    if target == "duckdb":
        yield Server(target=target, address=None)
        return
    with local_postgres() as address:
        yield Server(target=target, address=address)


@contextmanager
def empty_warehouse(server: Server) -> Iterator[Settings]:
    """Settings of a new warehouse with a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="odds-benchmark-") as name:
        folder = Path(name)
        if server.address is None:
            yield _settings(folder)
            return
        with fresh_database(server.address) as address:
            yield _settings(folder, address)


def _settings(folder: Path, address: PostgresAddress | None = None) -> Settings:
    own = {"odds_data_dir": folder, "odds_duckdb_path": folder / "warehouse.duckdb"}
    if address is None:
        return load_settings(odds_target="duckdb", **own)
    return load_settings(
        odds_target="postgres",
        pghost=address.host,
        pgport=address.port,
        pguser=address.user,
        pgpassword=address.password,
        pgdatabase=address.database,
        **own,
    )


def environment(settings: Settings) -> dict[str, str]:
    """The environment by which a process of its own finds the same warehouse.

    dbt writes its artifacts beside the warehouse, not into the project.
    """
    return {
        **os.environ,
        "PYTHONPATH": str(PROJECT_DIR),
        "ODDS_TARGET": settings.odds_target,
        "ODDS_DATA_DIR": str(settings.odds_data_dir),
        "ODDS_DUCKDB_PATH": str(settings.odds_duckdb_path),
        "PGHOST": settings.pghost,
        "PGPORT": str(settings.pgport),
        "PGUSER": settings.pguser,
        "PGPASSWORD": settings.pgpassword.get_secret_value(),
        "PGDATABASE": settings.pgdatabase,
        "DBT_TARGET_PATH": str(settings.odds_data_dir / "target"),
        "DBT_LOG_PATH": str(settings.odds_data_dir / "logs"),
    }


@contextmanager
def cloned_warehouse(server: Server, original: Settings) -> Iterator[Settings]:
    """A second warehouse that holds what the original, which nobody uses now, holds."""
    with empty_warehouse(server) as settings:
        if settings.odds_target == "duckdb":
            shutil.copyfile(original.odds_duckdb_path, settings.odds_duckdb_path)
        else:
            _copy_database(original, settings)
        yield settings


def _copy_database(original: Settings, copy: Settings) -> None:
    maintenance = copy.model_copy(update={"pgdatabase": "postgres"})
    with connect(maintenance) as connection:
        name, template = (
            Identifier(settings.pgdatabase).as_string(connection.native)
            for settings in (copy, original)
        )
        connection.rows(f"drop database {name}")
        connection.rows(f"create database {name} template {template}")


@contextmanager
def dbt_artifacts_in(folder: Path) -> Iterator[None]:
    """Keep dbt's manifests and results out of the project."""
    names = ("DBT_TARGET_PATH", "DBT_LOG_PATH")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update({name: str(folder / name.lower()) for name in names})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
