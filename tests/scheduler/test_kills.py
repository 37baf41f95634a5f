"""Collectors that are killed again and again lose nothing, hold nothing twice, and never overspend.

Each seed is a life of its own: `pytest tests/scheduler/test_kills.py -k "seed-17 and duckdb"` lives
it again.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.local_postgres import PostgresAddress
from ingestion.settings import Settings
from scheduler.transformation import Transformation
from simulator.clock import VirtualClock
from simulator.server import Server, serve
from tests.scheduler.months import variables
from tests.scheduler.world import (
    CREDITS_LEFT,
    World,
    assert_nothing_lost_or_doubled,
    copy_of,
    season,
    with_api,
)

BEGINS = datetime(2026, 1, 30, 13, tzinfo=UTC)
KILLS = 10
SEEDS = 50
# what may be spent in a life: some die before it is gone, some after
BUDGET = 45
# all work is over by then
LONGEST = 3.5
UNMODELLED = """
select response_id from intermediate.int_responses_scoped
where response_id not in (select response_id from intermediate.int_processed_responses)
"""
HELD = ("int_processed_responses", "int_event_snapshots", "int_quote_changes", "int_events")


class Mortals:
    """The process that forks collectors."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.scheduler.mortals"],
            cwd=Path(__file__).resolve().parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def live(self, world: World, work: str, *, seconds: float) -> int:
        """Let one collect for so long, or until it ends; how it ended."""
        offset = (world.clock.now() - datetime.now(UTC)).total_seconds()
        order = {
            "environment": variables(world.settings)
            | {
                "ODDS_POLICY": "fixed",
                "ODDS_FIXED_INTERVAL_MINUTES": "20",
                "ODDS_FULL_BUILD_EVERY_DAYS": "7",
            },
            "clock_offset": offset,
            "work": work,
        }
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        child = self._answer()
        death = threading.Timer(seconds, os.kill, (child, signal.SIGKILL))
        death.start()
        ended = self._answer()
        death.cancel()
        return ended

    def _answer(self) -> int:
        assert self._process.stdout
        return int(self._process.stdout.readline())

    def end(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        assert self._process.wait(timeout=60) == 0


@pytest.fixture(scope="module")
def mortals() -> Iterator[Mortals]:
    process = Mortals()
    yield process
    process.end()


@pytest.fixture(scope="module")
def real_time() -> Iterator[Server]:
    """The API, whose clock goes on by itself."""
    with serve(season(), VirtualClock(BEGINS, speed=1.0)) as running:
        yield running


@pytest.fixture
def mortal_world(
    template: Settings, real_time: Server, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[World]:
    """The warehouse of a collector that has run once, the API as new, and little to spend."""
    real_time.clock.set(BEGINS)
    real_time.api.accounts.set_remaining(CREDITS_LEFT, seconds=int(BEGINS.timestamp()))
    postgres: PostgresAddress | None = None
    if template.odds_target == "postgres":
        postgres = request.getfixturevalue("postgres_server")
    with copy_of(template, tmp_path, postgres) as settings:
        world = World(with_api(settings, real_time), real_time, real_time.clock)
        # the budget counts what was used before, too
        budget = world.used() + BUDGET
        world.settings = world.settings.model_copy(
            update={
                "odds_policy": "fixed",
                "odds_fixed_interval_minutes": 20,
                "odds_monthly_credits": budget,
            }
        )
        yield world
    real_time.api.disturbances.clear()


def disturb(world: World, generator: random.Random) -> None:
    """One call in three goes wrong, or takes so long that a collector is killed while it waits."""
    world.server.api.disturbances.clear()
    if generator.random() < 1 / 3:
        calls = generator.randint(1, 5)
        kind = generator.randrange(3)
        if kind == 0:
            world.server.disturb(status=generator.choice([429, 500, 503]), calls=calls)
        elif kind == 1:
            world.server.disturb(is_truncated=True, calls=calls)
        else:
            world.server.disturb(delay_seconds=generator.uniform(0.5, 4), calls=1)


def assert_nothing_lost_doubled_or_overspent(world: World) -> None:
    assert_nothing_lost_or_doubled(world, used=world.used())
    assert world.used() <= world.settings.odds_monthly_credits
    # a budget that nobody drew on would prove nothing
    assert world.value("select count(*) from ops.credit_reservations") > 1
    assert world.value("select count(*) from ops.credit_reservations where state = 'reserved'") == 0
    assert world.rows(UNMODELLED) == []


def held(world: World) -> dict[str, list[str]]:
    return {
        name: sorted(map(str, world.rows(f"select * from intermediate.{name}")))  # noqa: S608
        for name in HELD
    }


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(SEEDS), ids=lambda seed: f"seed-{seed}")
def test_ten_kills_lose_nothing_double_nothing_and_overspend_nothing(
    mortal_world: World, mortals: Mortals, seed: int
) -> None:
    world, generator = mortal_world, random.Random(seed)
    kills = 0
    while kills < KILLS:
        world.clock.advance(timedelta(minutes=generator.uniform(5, 70)))
        disturb(world, generator)
        work = generator.choice(["run-once", "start"])
        ended = mortals.live(world, work, seconds=generator.uniform(0.2, LONGEST))
        assert ended in (0, -signal.SIGKILL), work
        kills += ended == -signal.SIGKILL
    world.server.api.disturbances.clear()
    world.clock.advance(timedelta(minutes=2))
    report = world.collector().run_once()
    assert report.is_well, report.jobs
    assert_nothing_lost_doubled_or_overspent(world)
    if seed % 10 == 0:
        as_they_are = held(world)
        Transformation(world.settings).build_models(as_of=world.clock.now(), full_refresh=True)
        assert held(world) == as_they_are
