"""Months of collecting on virtual time, with things that go wrong at random moments."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from ingestion.errors import OddsError
from ingestion.settings import Settings
from scheduler.collector import Collector, RunReport
from simulator.account import DEMO_KEY
from tests.scheduler.world import World

# a worker looks again at least so often while something fails
RETRY = timedelta(seconds=60)
HEARTBEAT = timedelta(minutes=5)
Trouble = Callable[[World], AbstractContextManager[None]]


@dataclass(frozen=True)
class Fault:
    """Something that is wrong from one moment to another."""

    name: str
    begins_at: datetime
    ends_at: datetime
    trouble: Trouble


@dataclass
class Month:
    """What became of it."""

    runs: int = 0
    kills: int = 0
    could_not_run: int = 0
    reports: list[RunReport] = field(default_factory=list)

    def well_after(self, moment: datetime) -> datetime:
        """The first run after a moment that answered a call without any failure."""
        return next(
            report.ended_at
            for report in self.reports
            if report.started_at >= moment
            and report.is_well
            and any(job.job.startswith("fetch") for job in report.jobs)
        )


def live_through(
    world: World, until: datetime, faults: list[Fault], kills: list[datetime]
) -> Month:
    """Collect until then; `kills` are when a process is killed in the middle of its work."""
    month = Month()
    generator = random.Random(7)
    collector = world.collector()
    waiting = sorted(faults, key=lambda fault: fault.begins_at)
    deaths = sorted(kills)
    present: list[tuple[Fault, AbstractContextManager[None]]] = []
    while world.clock.now() < until:
        now = world.clock.now()
        for fault, trouble in [each for each in present if each[0].ends_at <= now]:
            trouble.__exit__(None, None, None)
            present.remove((fault, trouble))
        while waiting and waiting[0].begins_at <= now:
            fault = waiting.pop(0)
            trouble = fault.trouble(world)
            trouble.__enter__()
            present.append((fault, trouble))
        if deaths and deaths[0] <= now and not present:
            deaths.pop(0)
            month.kills += kill_at_work(world, generator)
            # who comes back is another process, and tidies up after the one that died
            collector = world.collector()
        next_at = _run(world, collector, month)
        edges = [fault.ends_at for fault, _ in present]
        edges += [waiting[0].begins_at] if waiting else []
        edges += deaths[:1] if not present else []
        world.clock.set(max(min([next_at, until, *edges]), now + timedelta(milliseconds=1)))
    for _, trouble in present:
        trouble.__exit__(None, None, None)
    _run(world, collector, month)
    return month


def _run(world: World, collector: Collector, month: Month) -> datetime:
    """One run, as a worker makes it; returns when the next one is due."""
    month.runs += 1
    try:
        report = collector.run_once()
    except OddsError:
        month.could_not_run += 1
        return world.clock.now() + RETRY
    month.reports.append(report)
    wait = report.wait if report.is_well else min(report.wait, HEARTBEAT)
    return world.clock.now() + wait


def kill_at_work(world: World, generator: random.Random) -> int:
    """Start a process of the collector and kill it within its first seconds of work."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.scheduler.mortal_run"],
        env=variables(world.settings),
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    time.sleep(generator.uniform(0, 6))
    is_alive = process.poll() is None
    process.kill()
    process.wait()
    return int(is_alive)


def variables(settings: Settings) -> dict[str, str]:
    """The environment in which another process finds the same warehouse and API."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(settings.odds_data_dir),
        "ODDS_API_KEY": DEMO_KEY,
        "ODDS_API_BASE_URL": settings.odds_api_base_url,
        "ODDS_MONTHLY_CREDITS": str(settings.odds_monthly_credits or ""),
        "ODDS_TARGET": settings.odds_target,
        "ODDS_DATA_DIR": str(settings.odds_data_dir),
        "ODDS_DUCKDB_PATH": str(settings.odds_duckdb_path),
        "PGHOST": settings.pghost,
        "PGPORT": str(settings.pgport),
        "PGUSER": settings.pguser,
        "PGPASSWORD": settings.pgpassword.get_secret_value(),
        "PGDATABASE": settings.pgdatabase,
    }


def answers(**disturbance: object) -> Trouble:
    """Every answer goes wrong."""

    @contextmanager
    def trouble(world: World) -> Iterator[None]:
        world.server.disturb(calls=100_000, **disturbance)  # type: ignore[arg-type]
        try:
            yield
        finally:
            world.server.api.disturbances.clear()

    return trouble


def some_answers(calls: int, **disturbance: object) -> Trouble:
    """The next answers go wrong."""

    def trouble(world: World) -> AbstractContextManager[None]:
        world.server.disturb(calls=calls, **disturbance)  # type: ignore[arg-type]
        return nullcontext()

    return trouble


@contextmanager
def key_refused(world: World) -> Iterator[None]:
    world.server.api.accounts.revoke(DEMO_KEY)
    try:
        yield
    finally:
        world.server.api.accounts.restore(DEMO_KEY)


@contextmanager
def credits_gone(world: World) -> Iterator[None]:
    """Somebody else spends what is left of the month; afterwards it counts as never spent."""
    seconds = int(world.clock.now().timestamp())
    accounts = world.server.api.accounts
    left = accounts.balance(DEMO_KEY, seconds=seconds).remaining
    accounts.set_remaining(1, seconds=seconds)
    try:
        yield
    finally:
        accounts.set_remaining(left, seconds=seconds)


@contextmanager
def warehouse_away(world: World) -> Iterator[None]:
    with world.warehouse_away():
        yield


@contextmanager
def disk_full(world: World) -> Iterator[None]:
    """Nothing can be written to the spool."""
    spool = world.settings.odds_data_dir / "spool"
    aside = spool.with_name("spool-aside")
    spool.rename(aside)
    spool.write_text("no room")
    try:
        yield
    finally:
        spool.unlink()
        aside.rename(spool)


@contextmanager
def clock_wrong(world: World, by: timedelta) -> Iterator[None]:
    world.skew = by
    try:
        yield
    finally:
        world.skew = timedelta(0)
