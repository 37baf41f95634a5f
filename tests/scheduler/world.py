"""A collector, the simulated API and a warehouse, on virtual time."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from psycopg2 import sql
from pydantic import SecretStr

from cli.local_postgres import PostgresAddress, fresh_database
from ingestion.settings import Settings
from ingestion.warehouse import Row, connect
from scheduler.collector import Collector, RunReport
from simulator.account import DEMO_KEY
from simulator.clock import VirtualClock, to_datetime
from simulator.options import SeasonOptions
from simulator.season import Season
from simulator.server import Server

SPORT = "basketball_nba"
CLOSE_BEFORE = timedelta(minutes=5)
HOLDER = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


# after the first run of a collector
CREDITS_LEFT = 19_997


@dataclass
class World:
    """One collector of a season; `settings` say where its warehouse is."""

    settings: Settings
    server: Server
    clock: VirtualClock
    # how wrong the machine's own clock is
    skew: timedelta = timedelta(0)

    def collector(self) -> Collector:
        """A new process, as it were."""
        return Collector(
            self.settings, clock=lambda: self.clock.now() + self.skew, sleep=self.sleep
        )

    def sleep(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    def run_until(
        self,
        moment: datetime,
        collector: Collector,
        *,
        on_report: Callable[[RunReport], None] = lambda _: None,
    ) -> None:
        """Run whenever something is due, up to that moment."""
        while True:
            report = collector.run_once()
            on_report(report)
            assert report.next_at > self.clock.now(), report
            if report.next_at >= moment:
                self.clock.set(moment)
                return
            self.clock.set(report.next_at)

    def rows(self, query: str, *parameters: object) -> list[Row]:
        with connect(self.settings) as connection:
            return connection.rows(query, parameters)

    def value(self, query: str, *parameters: object) -> Any:
        return self.rows(query, *parameters)[0][0]

    def calls(self, kind: str) -> list[tuple[datetime, int | None]]:
        """When the answered and failed calls of a kind were made, and their status."""
        return [
            (captured_at, status)
            for captured_at, status in self.rows(
                "select coalesce(captured_at, requested_at), status_code "
                "from raw.api_responses where endpoint like ? order by 1",
                f"%/{kind}",
            )
        ]

    def next_close(self) -> datetime:
        """Five minutes before the next start that is announced."""
        seconds = int(self.clock.now().timestamp())
        shown = [event.commence(seconds) for event in self.server.season.listed(seconds)]
        return min(to_datetime(start) for start in shown if start - 300 > seconds) - CLOSE_BEFORE

    def used(self, moment: datetime | None = None) -> int:
        """Credits the API has charged in the month of a moment, else of now."""
        seconds = int((moment or self.clock.now()).timestamp())
        return self.server.api.accounts.balance(DEMO_KEY, seconds=seconds).used

    @contextmanager
    def warehouse_away(self) -> Iterator[None]:
        """A server that refuses, or a file that somebody else holds."""
        if self.settings.odds_target == "duckdb":
            holder = subprocess.Popen(
                [sys.executable, "-c", HOLDER, str(self.settings.odds_duckdb_path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            assert holder.stdout
            assert holder.stdout.readline() == b"held\n"
            try:
                yield
            finally:
                holder.communicate(timeout=10)
            return
        refuse_connections(self.settings, is_refused=True)
        try:
            yield
        finally:
            refuse_connections(self.settings, is_refused=False)


def assert_nothing_lost_or_doubled(world: World, *, used: int) -> None:
    """What was charged is in raw, but for calls whose process was killed before the answer."""
    ((charged, rows, responses),) = world.rows(
        "select sum(credits_charged), count(*), count(distinct response_id) from raw.api_responses"
    )
    unknown = world.value(
        "select coalesce(sum(credits_estimated), 0) from ops.credit_reservations "
        "where state = 'charge_unknown'"
    )
    assert rows == responses
    assert charged <= used <= charged + unknown
    data = world.settings.odds_data_dir
    assert list((data / "spool").glob("*.json")) == []
    assert list((data / "journal").glob("*")) == []
    assert world.value("select count(*) from ops.job_runs where status = 'running'") == 0


def season(*, games: int = 24, first_day: date = date(2026, 1, 30)) -> Season:
    """Some days of games that start when they were announced to."""
    options = SeasonOptions(games=games, first_day=first_day, moved_share=0, postponed_share=0)
    return Season(options)


def with_api(settings: Settings, server: Server, **changes: object) -> Settings:
    return settings.model_copy(
        update={
            "odds_api_key": SecretStr(DEMO_KEY),
            "odds_api_base_url": server.url,
            "odds_full_build_every_days": 7,
            **changes,
        }
    )


def refuse_connections(settings: Settings, *, is_refused: bool) -> None:
    """Let the database of the settings take connections, or end and refuse them."""
    with closing(_maintenance_connection(settings)) as native, native.cursor() as cursor:
        cursor.execute(
            sql.SQL("alter database {} allow_connections {}").format(
                sql.Identifier(settings.pgdatabase), sql.SQL("false" if is_refused else "true")
            )
        )
        if is_refused:
            cursor.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s",
                (settings.pgdatabase,),
            )


def _maintenance_connection(settings: Settings) -> Any:
    native = psycopg2.connect(
        host=settings.pghost,
        port=settings.pgport,
        user=settings.pguser,
        password=settings.pgpassword.get_secret_value(),
        dbname="postgres",
    )
    native.autocommit = True
    return native


@contextmanager
def copy_of(template: Settings, folder: Path, server: PostgresAddress | None) -> Iterator[Settings]:
    """A warehouse and data folder of one's own, as the template has them."""
    data = folder / "data"
    shutil.copytree(template.odds_data_dir, data)
    copied = template.model_copy(
        update={"odds_data_dir": data, "odds_duckdb_path": data / template.odds_duckdb_path.name}
    )
    if server is None:
        yield copied
        return
    with fresh_database(server, template=template.pgdatabase) as address:
        yield copied.model_copy(update={"pgdatabase": address.database})


@contextmanager
def world_from(
    template: Settings,
    server: Server,
    folder: Path,
    request: pytest.FixtureRequest,
    *,
    now: datetime,
    credits_left: int = CREDITS_LEFT,
) -> Iterator[World]:
    """A copy of a warehouse at a moment, with an API that has charged what it has by then."""
    server.clock.set(now)
    server.api.accounts.set_remaining(credits_left, seconds=int(now.timestamp()))
    postgres: PostgresAddress | None = None
    if template.odds_target == "postgres":
        postgres = request.getfixturevalue("postgres_server")
    with copy_of(template, folder, postgres) as settings:
        yield World(settings, server, server.clock)
    server.api.accounts.restore(DEMO_KEY)
    server.api.disturbances.clear()


def wait_for(is_so: Callable[[], bool], *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
