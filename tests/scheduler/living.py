"""Days of a warehouse that lives: calls, builds, readers, restarts, kills, all together."""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from ingestion.errors import OddsError
from ingestion.settings import Settings
from ingestion.warehouse import Connection, connect
from scheduler.collector import Collector
from tests.scheduler.months import kill_at_work, variables
from tests.scheduler.world import World

ROOT = Path(__file__).resolve().parents[2]
DBT = Path(sys.executable).with_name("dbt")
# calls that come while a build is at work, if they are due as soon as this; else it is waited for
BUILD_LASTS = timedelta(minutes=3)
RETRY = timedelta(seconds=60)
HAND_BUILD_SECONDS = 600
# a reader that does nothing else would take the time of all others
LOOK_SECONDS = 2.0
MARTS = """
select table_schema, table_name
from information_schema.tables
where table_schema in ('marts', 'quality') and table_name not like '%\\_\\_dbt\\_%' escape '\\'
order by 1, 2
"""
NEWEST = """
select
    (select max(captured_at) from marts.fct_best_prices),
    (
        select max(captured_at) from raw.api_responses
        where
            endpoint like '%/odds' and status_code = 200 and error_code is null
            and event_count > 0
    )
"""


@dataclass
class Life:
    """What became of it; each list is of things that must not be."""

    calls: int = 0
    builds: int = 0
    calls_beside_builds: int = 0
    looks: int = 0
    kills: int = 0
    hand_builds: int = 0
    missed_looks: list[str] = field(default_factory=list)
    old_boards: list[str] = field(default_factory=list)
    failed_jobs: list[str] = field(default_factory=list)


class Reader:
    """Reads every mart again and again; a mart that is missing, or empties, is noted."""

    def __init__(self, settings: Settings, life: Life) -> None:
        self._settings = settings
        self._life = life
        self._is_over = threading.Event()
        self._is_held = threading.Lock()
        self._thread = threading.Thread(target=self._read)

    def __enter__(self) -> "Reader":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join(timeout=120)
        assert not self._thread.is_alive()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Let another process have a DuckDB file."""
        with self._is_held:
            yield

    def _read(self) -> None:
        counts: dict[str, int] = {}
        while not self._is_over.is_set():
            try:
                with self._is_held, connect(self._settings) as connection:
                    self._look(connection, counts)
            except OddsError as error:
                self._life.missed_looks.append(str(error))
            self._is_over.wait(LOOK_SECONDS)

    def _look(self, connection: Connection, counts: dict[str, int]) -> None:
        names = {f"{schema}.{name}" for schema, name in connection.rows(MARTS)}
        for gone in counts.keys() - names:
            self._life.missed_looks.append(f"{gone} is gone")
        for name in sorted(names):
            if self._is_over.is_set():
                return
            count = connection.rows(f"select count(*) from {name}")[0][0]  # noqa: S608 - our own
            # tables only grow in these days; views of what is to come may well be empty
            if count == 0 and counts.get(name, 0) > 0 and ".fct_odds" in name:
                self._life.missed_looks.append(f"{name} is empty")
            counts[name] = count
            self._life.looks += 1


class Household:
    """One collector that calls and builds as a worker does, in two threads, on virtual time."""

    def __init__(self, world: World, life: Life) -> None:
        self.world = world
        self.life = life
        self.collector = world.collector()
        self._builds = threading.Thread()

    def live_until(self, moment: datetime) -> None:
        """Collect and build until then, and let the last build end."""
        while self.world.clock.now() < moment:
            next_at = self._collect()
            self._build()
            if next_at > self.world.clock.now() + BUILD_LASTS:
                self.rest()
                # what was built may have made more due
                next_at = min(next_at, self._collect())
            elif self._builds.is_alive():
                self.life.calls_beside_builds += 1
            least = self.world.clock.now() + timedelta(seconds=1)
            self.world.clock.set(min(max(next_at, least), moment))
        self.rest()

    def rest(self) -> None:
        """Wait until everything is built, and compare the board with what is held."""
        while True:
            self._build()
            if self._builds.ident is not None:
                self._builds.join(timeout=600)
                assert not self._builds.is_alive()
            next_at = self.collector.builder.next_at()
            if next_at is None or next_at > self.world.clock.now():
                break
        self._check_the_board()

    def restart(self) -> None:
        """A new process, as it were."""
        self.rest()
        self.collector = self.world.collector()

    def _collect(self) -> datetime:
        try:
            report = self.collector.collect()
        except OddsError:
            return self.world.clock.now() + RETRY
        self.life.calls += sum(job.job.startswith("fetch") for job in report.jobs)
        return report.next_at

    def _build(self) -> None:
        next_at = self.collector.builder.next_at()
        if next_at is None or next_at > self.world.clock.now() or self._builds.is_alive():
            return
        self.life.builds += 1
        collector: Collector = self.collector
        self._builds = threading.Thread(target=collector.build)
        self._builds.start()

    def _check_the_board(self) -> None:
        with connect(self.world.settings) as connection:
            if "fct_best_prices" not in connection.relations("marts"):
                return
            ((shown, held),) = connection.rows(NEWEST)
            ((looks_from,),) = connection.rows("select as_of from ops.run_clock")
        if shown != held:
            self.life.old_boards.append(f"{looks_from}: shows {shown}, holds {held}")


@contextmanager
def idle_reader(settings: Settings) -> Iterator[None]:
    """Somebody who reads every mart and leaves the transaction open; a file has no such thing."""
    if settings.odds_target == "duckdb":
        yield
        return
    with connect(settings) as connection:
        connection.native.autocommit = False
        for schema, name in connection.rows(MARTS):
            connection.rows(f"select count(*) from {schema}.{name}")  # noqa: S608 - our own
        yield


def build_by_hand(household: Household, reader: Reader) -> None:
    """`dbt build` in another process, beside the collector's own builds where both can be."""
    settings = household.world.settings
    with ExitStack() as stack:
        if settings.odds_target == "duckdb":
            household.rest()
            stack.enter_context(reader.away())
        # a pipe that nobody reads is full before the build is over
        said = stack.enter_context((settings.odds_data_dir / "hand_build.txt").open("w+"))
        command = subprocess.Popen(
            [DBT, "build", "--exclude-resource-type", "unit_test"],
            cwd=ROOT,
            env={
                **os.environ,
                **variables(settings),
                "ODDS_AS_OF": household.world.clock.now().isoformat(),
                "DBT_TARGET_PATH": str(settings.odds_data_dir / "target"),
            },
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        stack.callback(command.kill)
        deadline = time.monotonic() + HAND_BUILD_SECONDS
        until = household.world.clock.now() + timedelta(hours=1)
        while command.poll() is None and time.monotonic() < deadline:
            if household.world.clock.now() < until:
                step = household.world.clock.now() + timedelta(minutes=5)
                household.live_until(min(step, until))
            time.sleep(0.5)
        assert command.wait(timeout=60) == 0, Path(said.name).read_text()[-3000:]
    household.life.hand_builds += 1


def kill(household: Household, reader: Reader, generator: random.Random) -> None:
    """A process of the collector is killed at work; this one goes on where it stopped."""
    household.rest()
    with reader.away():
        household.life.kills += kill_at_work(household.world, generator)
    # what the dead one landed is for the next one to build
    household.collector = household.world.collector()
