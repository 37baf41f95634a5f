from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingestion.settings import Settings
from simulator.clock import VirtualClock
from simulator.server import Server, serve
from tests.built_warehouses import built_warehouse
from tests.conftest import ENGINES
from tests.scheduler.world import World, season, with_api, world_from

# a day and a half before the first games
FIRST_RUN = datetime(2026, 1, 29, 12, tzinfo=UTC)
AN_HOUR_LATER = FIRST_RUN + timedelta(hours=1, minutes=1)


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
    with built_warehouse(first_run, request, tmp_path_factory.mktemp("template")) as settings:
        yield with_api(settings, server)


def first_run(settings: Settings) -> None:
    with serve(season(), VirtualClock(FIRST_RUN)) as server:
        world = World(with_api(settings, server), server, server.clock)
        report = world.collector().run_once()
    assert [(job.job, job.status, job.reason) for job in report.jobs[:-1]] == [
        ("fetch-events", "ok", "announced games"),
        ("build", "ok", "everything"),
        ("fetch-odds", "ok", "first look"),
        ("build", "ok", "hot"),
    ]


@pytest.fixture
def world(
    template: Settings, server: Server, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[World]:
    """That warehouse for each test anew, an hour later; the API as new, too."""
    with world_from(template, server, tmp_path, request, now=AN_HOUR_LATER) as world:
        yield world
