from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.local_postgres import PostgresAddress, fresh_database
from ingestion.settings import Settings
from simulator.account import DEMO_KEY
from simulator.clock import VirtualClock
from simulator.server import Server, serve
from tests.conftest import ENGINES, duckdb_settings, postgres_settings
from tests.scheduler.world import CREDITS_LEFT, World, copy_of, season, with_api

# a day and a half before the first games
FIRST_RUN = datetime(2026, 1, 29, 12, tzinfo=UTC)


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    with serve(season(), VirtualClock(FIRST_RUN)) as running:
        yield running


# on Postgres the default tests run the collector as a Lambda function
@pytest.fixture(scope="package", params=ENGINES)
def template(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, server: Server
) -> Iterator[Settings]:
    """A warehouse after the first run of a collector."""
    folder = tmp_path_factory.mktemp("template")
    if request.param == "duckdb":
        yield _first_run(with_api(duckdb_settings(folder), server), server)
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as address:
        yield _first_run(with_api(postgres_settings(folder, address), server), server)


def _first_run(settings: Settings, server: Server) -> Settings:
    server.clock.set(FIRST_RUN)
    report = World(settings, server, server.clock).collector().run_once()
    assert [(job.job, job.status, job.reason) for job in report.jobs[:-1]] == [
        ("fetch-events", "ok", "announced games"),
        ("build", "ok", "everything"),
        ("fetch-odds", "ok", "first look"),
        ("build", "ok", "hot"),
    ]
    return settings


@pytest.fixture
def world(
    template: Settings, server: Server, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[World]:
    """That warehouse for each test anew, an hour later; the API as new, too."""
    now = FIRST_RUN + timedelta(hours=1, minutes=1)
    server.clock.set(now)
    server.api.accounts.set_remaining(CREDITS_LEFT, seconds=int(now.timestamp()))
    postgres: PostgresAddress | None = None
    if template.odds_target == "postgres":
        postgres = request.getfixturevalue("postgres_server")
    with copy_of(template, tmp_path, postgres) as settings:
        yield World(settings, server, server.clock)
    server.api.accounts.restore(DEMO_KEY)
    server.api.disturbances.clear()
