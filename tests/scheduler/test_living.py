"""Days of collecting with all that goes on in them, in one process, on both engines."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from cli.local_postgres import fresh_database
from ingestion.settings import Settings
from simulator.books import DEFAULT_BOOKS
from simulator.clock import VirtualClock
from simulator.options import SeasonOptions
from simulator.season import Season
from simulator.server import Server, serve
from tests.conftest import ENGINES, duckdb_settings, postgres_settings
from tests.scheduler.living import (
    Household,
    Life,
    Reader,
    build_by_hand,
    idle_reader,
    kill,
)
from tests.scheduler.world import World, with_api

BEGINS = datetime(2026, 1, 29, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
# the daily work falls into the evening of the games
DAILY_HOUR = 22
# what a killed process had asked for is held, or asked for by the process that comes next
UNKEPT = """
select job, sport_key, status, reason, due_at, error
from ops.job_runs as runs
where
    (
        status in ('missed', 'failed')
        or (
            status = 'died' and job like 'fetch%'
            and not exists (
                select 1 from raw.api_responses as calls
                where
                    calls.endpoint like '%/' || substr(runs.job, 7)
                    and calls.sport_key = runs.sport_key and calls.status_code = 200
                    and calls.captured_at >= runs.started_at - interval '1 second'
                    and calls.captured_at <= runs.started_at + interval '2 minutes'
            )
        )
    )
    and (due_at is null or due_at >= ?)
"""
MISSED_CLOSES = """
select events.event_id, events.starts_at
from marts.dim_events as events
where
    events.starts_at between ? and ?
    and events.status <> 'postponed'
    and not exists (
        select 1 from raw.api_responses as calls
        where
            calls.endpoint like '%/odds' and calls.status_code = 200
            and calls.captured_at < events.starts_at
            and calls.captured_at >= events.starts_at - interval '16 minutes'
    )
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    season = Season(
        SeasonOptions(
            games=40, first_day=date(2026, 1, 29), books=DEFAULT_BOOKS[:5], postponed_share=0
        )
    )
    with serve(season, VirtualClock(BEGINS)) as running:
        yield running


@pytest.fixture(params=ENGINES)
def settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, server: Server
) -> Iterator[Settings]:
    folder = tmp_path_factory.mktemp("living")
    often = {"odds_full_build_every_days": 1, "odds_full_build_hour": DAILY_HOUR}
    if request.param == "duckdb":
        yield with_api(duckdb_settings(folder), server, **often)
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as address:
        yield with_api(postgres_settings(folder, address), server, **often)


@pytest.fixture
def household(settings: Settings, server: Server) -> Household:
    server.clock.set(BEGINS)
    return Household(World(settings, server, server.clock), Life())


def assert_well(household: Household, *, since: datetime, until: datetime) -> None:
    life, world = household.life, household.world
    assert life.missed_looks == []
    assert life.old_boards == []
    assert world.rows(UNKEPT, since) == []
    assert world.rows(MISSED_CLOSES, BEGINS + 6 * HOUR, until) == []
    assert life.looks > 100
    running = "select count(*) from ops.job_runs where status = 'running'"
    assert world.value(running) == 0


@pytest.mark.heavy
def test_some_hours_with_a_daily_build_and_a_reader_go_without_a_gap(household: Household) -> None:
    """From before the first games into the evening; the process is started anew in between."""
    household.live_until(BEGINS + timedelta(minutes=20))
    until = BEGINS.replace(hour=DAILY_HOUR) + 2 * HOUR + timedelta(minutes=10)
    # nobody was there in the afternoon
    since = BEGINS.replace(hour=DAILY_HOUR) - timedelta(minutes=40)
    with Reader(household.world.settings, household.life):
        household.world.clock.set(since)
        household.restart()
        household.live_until(until)
    daily = "select job, status from ops.job_runs where reason = 'daily' order by job"
    assert household.world.rows(daily) == [("build", "ok"), ("maintenance", "ok"), ("test", "ok")]
    assert_well(household, since=since, until=until)


@pytest.mark.heavy
@pytest.mark.timeout(3600)
def test_three_days_with_all_that_goes_on_go_without_a_gap(household: Household) -> None:
    """Daily builds, scores, restarts, kill -9, an idle reader, a hand build, a reader."""
    generator = random.Random(3)
    world = household.world
    household.live_until(BEGINS + timedelta(minutes=20))
    with Reader(world.settings, household.life) as reader:
        household.live_until(BEGINS + 8 * HOUR)
        with idle_reader(world.settings):
            household.live_until(BEGINS + 20 * HOUR)
        household.restart()
        build_by_hand(household, reader)
        household.live_until(BEGINS + 30 * HOUR)
        kill(household, reader, generator)
        household.live_until(BEGINS + 50 * HOUR)
        kill(household, reader, generator)
        household.live_until(BEGINS + 72 * HOUR)
    life = household.life
    print(life)  # noqa: T201 - the figures of the soak
    daily = (
        "select job, count(*) from ops.job_runs "
        "where reason = 'daily' and status = 'ok' group by job"
    )
    assert dict(world.rows(daily)) == {"build": 3, "test": 3, "maintenance": 3}
    finals = "select count(*) from marts.dim_events where status = 'final'"
    assert world.value(finals) > 10
    assert life.hand_builds == 1
    assert_well(household, since=BEGINS, until=BEGINS + 70 * HOUR)
