"""A month of the NBA, collected on virtual time while everything goes wrong, on both engines."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from cli.local_postgres import fresh_database
from ingestion.settings import Settings
from simulator.account import Accounts
from simulator.books import DEFAULT_BOOKS
from simulator.clock import VirtualClock
from simulator.options import Faults, SeasonOptions
from simulator.season import Season
from simulator.server import Server, serve
from tests.conftest import duckdb_settings, postgres_settings
from tests.scheduler import months
from tests.scheduler.months import Fault, Month, Trouble
from tests.scheduler.world import World, assert_nothing_lost_or_doubled, with_api

# half an hour where other tests run beside it
pytestmark = [pytest.mark.heavy, pytest.mark.timeout(3600)]

# the clocks go forward in the United States on the 8th
BEGINS = datetime(2026, 3, 1, tzinfo=UTC)
RESET = datetime(2026, 4, 1, tzinfo=UTC)
ENDS = RESET + timedelta(hours=12)
# pays for the closes and little else: where the budget binds, it shows whether it is kept
GRANTED = 700
KILLS = 8
# by kind: what is wrong, for how long, and how often in the month
TROUBLES: list[tuple[str, Trouble, timedelta, int]] = [
    ("5xx", months.some_answers(6, status=503), timedelta(minutes=1), 6),
    ("429", months.some_answers(3, status=429), timedelta(minutes=1), 4),
    ("truncated", months.some_answers(5, is_truncated=True), timedelta(minutes=1), 4),
    ("slow", months.some_answers(2, delay_seconds=0.5), timedelta(minutes=1), 3),
    ("outage", months.answers(status=500), timedelta(hours=3), 2),
    ("key refused", months.key_refused, timedelta(hours=5), 1),
    ("warehouse away", months.warehouse_away, timedelta(minutes=4), 3),
    ("disk full", months.disk_full, timedelta(minutes=30), 2),
    ("clock ahead", partial(months.clock_wrong, by=timedelta(hours=2)), timedelta(hours=8), 1),
    ("clock behind", partial(months.clock_wrong, by=timedelta(hours=-3)), timedelta(hours=8), 1),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A full schedule beyond the month's end, with all that the feed itself does wrong."""
    season = Season(
        SeasonOptions(
            games=250,
            books=DEFAULT_BOOKS[:6],
            first_day=date(2026, 3, 1),
            moved_share=0.25,
            postponed_share=0.03,
            faults=Faults(missing_book=0.02, empty_answers=0.002, late_scores=0.05),
        )
    )
    accounts = Accounts(credits_a_month=GRANTED)
    with serve(season, VirtualClock(BEGINS), accounts=accounts) as running:
        yield running


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, server: Server
) -> Iterator[Settings]:
    folder = tmp_path_factory.mktemp("month")
    if request.param == "duckdb":
        yield with_api(duckdb_settings(folder), server)
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as address:
        yield with_api(postgres_settings(folder, address), server)


@pytest.fixture(scope="module")
def faults() -> list[Fault]:
    """Two or so a day, a few hours apart, so that each can be recovered from."""
    generator = random.Random(11)
    wanted = [trouble for *trouble, times in TROUBLES for _ in range(times)]
    generator.shuffle(wanted)
    slots = sorted(generator.sample(range(2, 29 * 2), len(wanted)))
    gone = Fault("credits gone", RESET - timedelta(hours=30), RESET, months.credits_gone)
    return [gone] + [
        Fault(name, begins_at, begins_at + lasts, trouble)
        for slot, (name, trouble, lasts) in zip(slots, wanted, strict=True)
        for begins_at in [BEGINS + timedelta(hours=12 * slot, minutes=generator.randrange(180))]
    ]


@pytest.fixture(scope="module")
def world(settings: Settings, server: Server) -> World:
    server.clock.set(BEGINS)
    server.api.accounts.set_remaining(GRANTED, seconds=int(BEGINS.timestamp()))
    return World(settings, server, server.clock)


@pytest.fixture(scope="module")
def month(world: World, faults: list[Fault]) -> Month:
    generator = random.Random(5)
    kills = [BEGINS + timedelta(hours=generator.uniform(30, 29 * 24)) for _ in range(KILLS)]
    return months.live_through(world, ENDS, faults, kills)


def test_it_is_never_over_budget(world: World, month: Month) -> None:
    for begins_at, ends_at in ((BEGINS, RESET), (RESET, ENDS)):
        used = world.used(begins_at)
        spent = world.value(
            "select sum(coalesce(credits_charged, credits_estimated)) from ops.credit_reservations "
            "where reserved_at >= ? and reserved_at < ?",
            begins_at,
            ends_at,
        )
        assert 0 < used <= GRANTED
        assert used <= spent


def test_when_the_credits_are_gone_nothing_is_paid_for_until_the_month_ends(
    world: World, month: Month
) -> None:
    gone = RESET - timedelta(hours=30)
    paid = [at for at, status in world.calls("odds") if status == 200 and at >= gone]
    assert min(paid) >= RESET
    assert min(paid) <= RESET + timedelta(hours=1)
    refused = "select count(*) from ops.job_runs where status = 'refused' and started_at >= ?"
    assert world.value(refused, gone) > 0


def test_nothing_is_lost_or_there_twice(world: World, month: Month) -> None:
    assert_nothing_lost_or_doubled(world, used=world.used(BEGINS) + world.used(RESET))


def test_after_each_fault_it_is_back_within_one_planned_interval(
    world: World, month: Month, faults: list[Fault]
) -> None:
    """Games are asked for hourly at least; a job that failed waits ten minutes at most."""
    late = {
        fault.name: month.well_after(fault.ends_at) - fault.ends_at
        for fault in faults
        if fault.ends_at < ENDS - timedelta(hours=2)
        and month.well_after(fault.ends_at) - fault.ends_at > timedelta(minutes=62)
    }
    assert late == {}


def test_kills_are_noticed(world: World, month: Month) -> None:
    died = world.value("select count(*) from ops.job_runs where status = 'died'")
    assert month.kills >= 3
    assert 0 < died <= 2 * month.kills


def test_closes_are_caught_but_where_the_api_did_not_answer(
    world: World, month: Month, faults: list[Fault]
) -> None:
    """An API that is down, a key that is refused and a disk that is full cost closes."""
    costly = [f for f in faults if f.ends_at - f.begins_at >= timedelta(minutes=30)]
    costly = [f for f in costly if not f.name.startswith("clock")]
    closes = world.rows(
        """
        select
            events.event_id,
            events.starts_at,
            (
                select max(calls.captured_at)
                from raw.api_responses as calls
                where
                    calls.endpoint like '%/odds'
                    and calls.status_code = 200
                    and calls.error_code is null
                    and calls.captured_at < events.starts_at
            ) as seen_at
        from marts.dim_events as events
        where events.starts_at < ? and events.status = 'final'
        """,
        ENDS - timedelta(days=1),
    )
    judged = [
        (starts_at, seen_at)
        for _, starts_at, seen_at in closes
        if not any(f.begins_at <= starts_at <= f.ends_at + timedelta(minutes=15) for f in costly)
    ]
    # a start that is rewritten when the game begins moves away from the close that was taken
    near = [seen for start, seen in judged if seen and start - seen <= timedelta(minutes=20)]
    assert len(judged) > 150
    assert len(near) / len(judged) >= 0.97


def test_results_are_not_lost(world: World, month: Month) -> None:
    over = "select count(*) from marts.dim_events where status = ? and starts_at < ?"
    until = ENDS - timedelta(days=3)
    assert world.value(over, "final", until) > 150
    assert world.value(over, "unknown", until) <= 2
