"""The collector against the simulated API, on both engines, while things go wrong."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import orjson
import pytest

from ingestion.errors import OddsError
from ingestion.logs import configure_logging
from ingestion.odds_api.endpoints import EventsRequest, OddsRequest
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.collector import Collector, RunReport
from scheduler.collector_lock import hold_server_lock, machine_lock
from scheduler.next_calls import NextCalls
from scheduler.transformation import BuildSummary, Transformation
from simulator.account import DEMO_KEY
from simulator.server import Server
from tests.conftest import logging_as_before
from tests.dbt.broken_responses import plant
from tests.ingestion import loopback
from tests.scheduler.conftest import AN_HOUR_LATER
from tests.scheduler.months import variables
from tests.scheduler.world import CLOSE_BEFORE, SPORT, World, wait_for, world_from


def jobs(report: RunReport) -> list[tuple[str, str]]:
    return [(job.job, job.status) for job in report.jobs if job.job not in ("build", "heartbeat")]


def at_the_close(world: World) -> Collector:
    """Go to the moment of the next close, the hour before it collected as planned."""
    close = world.next_close()
    world.clock.set(close - timedelta(minutes=50))
    collector = world.collector()
    world.run_until(close, collector)
    return collector


@pytest.fixture(scope="module")
def hour_before_a_close(
    template: Settings,
    server: Server,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[tuple[Settings, datetime, int]]:
    """The warehouse at the moment of a close, when that is, and the credits left by then."""
    folder = tmp_path_factory.mktemp("close")
    with world_from(template, server, folder, request, now=AN_HOUR_LATER) as world:
        at_the_close(world)
        close = world.clock.now()
        balance = server.api.accounts.balance(DEMO_KEY, seconds=int(close.timestamp()))
        yield world.settings, close, balance.remaining


@pytest.fixture
def closing(
    hour_before_a_close: tuple[Settings, datetime, int],
    server: Server,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[World]:
    """The moment of a close: the hour before it was collected as planned, by a process now gone."""
    settings, close, left = hour_before_a_close
    with world_from(settings, server, tmp_path, request, now=close, credits_left=left) as world:
        yield world


@pytest.fixture
def without_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what is told by calls, jobs and the ledger alone."""
    built = BuildSummary(nodes={}, seconds=0)
    monkeypatch.setattr(Transformation, "build", lambda *_, **__: built)


def asked_since(world: World, moment: datetime) -> list[datetime]:
    """When odds came from that moment on."""
    return [captured_at for captured_at, _ in world.calls("odds") if captured_at >= moment]


def test_when_nothing_is_due_a_run_says_so_and_costs_nothing(world: World) -> None:
    collector = world.collector()
    collector.run_once()
    world.clock.advance(timedelta(minutes=2))
    used = world.used()
    report = collector.run_once()
    [beat] = report.jobs
    assert (beat.job, beat.status) == ("heartbeat", "ok")
    assert beat.reason
    assert beat.reason.startswith("nothing was due; next 2026-01-30 00:30:00Z fetch-events")
    assert world.used() == used
    rows = "select count(*) from ops.job_runs where run_id = ?"
    assert world.value(rows, report.run_id) == 1


def test_a_close_is_asked_for_once_and_at_its_moment(world: World) -> None:
    collector = at_the_close(world)
    close = world.clock.now()
    assert jobs(collector.run_once()) == [("fetch-odds", "ok")]
    for _ in range(3):
        world.clock.advance(timedelta(seconds=20))
        assert jobs(collector.run_once()) == []
    assert jobs(world.collector().run_once()) == []
    assert asked_since(world, close) == [close]
    built = "select count(*) from intermediate.int_processed_responses where captured_at = ?"
    assert world.value(built, close) == 1
    charged = "select sum(credits_charged) from ops.credit_reservations where state = 'settled'"
    assert world.value(charged) == world.value("select sum(credits_charged) from raw.api_responses")


@pytest.mark.heavy
def test_a_close_comes_earlier_where_the_games_of_its_sport_begin_early(world: World) -> None:
    """Of forty games held, every eighth began six and a half minutes before it was announced to."""
    usual = world.next_close()
    for number in range(40):
        announced = usual - timedelta(days=2 + number)
        began = announced - timedelta(minutes=6.5 if number % 8 == 0 else 0)
        world.rows(
            "insert into intermediate.int_events (event_id, sport_key, first_seen_at,"
            " scheduled_start_at, observed_start_at, starts_at) values (?, ?, ?, ?, ?, ?)",
            *(f"begun {number}", SPORT, announced, announced, began, began),
        )
    _, entries = world.collector().plan(days=2)
    closes = [entry.due_at for entry in entries if entry.is_close]
    assert min(closes) == usual - timedelta(minutes=3)


MISSED = """
select reason, cast(split_part(error, ' ', 1) as integer), due_at, ended_at
from ops.job_runs
where status = 'missed'
order by due_at, reason
"""


@pytest.mark.usefixtures("without_builds")
def test_what_a_dead_collector_missed_is_written_down_once_by_the_next_one(world: World) -> None:
    """Nobody was there for a close and the half hour before it."""
    close = world.next_close()
    world.clock.set(close - timedelta(minutes=50))
    world.collector().run_once()
    back = close + CLOSE_BEFORE + timedelta(minutes=4)
    for minutes in (0, 3):
        world.clock.set(back + timedelta(minutes=minutes))
        report = world.collector().run_once()
        assert ("fetch-odds", "missed") in jobs(report) or minutes
    [(count, due_at, over_at)] = [row[1:] for row in world.rows(MISSED) if row[0] == "close"]
    # of games that were to start together some began a minute or three before that
    assert 1 <= count <= 4
    assert close - timedelta(minutes=4) < due_at <= close
    assert over_at - CLOSE_BEFORE <= close
    # the evening before, and the last half hour: a row a day
    tiers = [row[:2] for row in world.rows(MISSED) if row[0] != "close"]
    assert tiers == [("closing, pregame, sharp", 5), ("closing", 1)]


@pytest.mark.usefixtures("without_builds")
@pytest.mark.heavy
def test_what_an_api_that_is_away_does_not_answer_is_late_and_then_missed(closing: World) -> None:
    """Errors from before a close until after the start; the warehouse is away in the meantime."""
    collector = closing.collector()
    close = closing.clock.now()
    closing.server.disturb(status=503, calls=1000)
    calls = NextCalls(closing.settings)
    collector.run_once()
    assert not any(call.is_late(closing.clock.now()) for call in calls.read())
    for minute in (1, 2):
        closing.clock.set(close + timedelta(minutes=minute))
        with closing.warehouse_away():
            collector.run_once()
    late = [call for call in calls.read() if call.is_late(closing.clock.now())]
    assert [(call.job, call.is_close) for call in late] == [("fetch-odds", True)]
    assert late[0].due_at == pytest.approx(close, abs=timedelta(seconds=1))
    closing.clock.set(close + timedelta(minutes=6))
    with closing.warehouse_away():
        report = collector.run_once()
    assert ("fetch-odds", "missed") in jobs(report)
    closing.server.api.disturbances.clear()
    closing.clock.set(report.next_at)
    collector.run_once()
    closing.clock.advance(timedelta(minutes=1))
    closing.collector().run_once()
    assert [row for row in closing.rows(MISSED) if row[0] == "close"] == [
        ("close", 1, close, close + CLOSE_BEFORE)
    ]


@pytest.mark.heavy
def test_the_log_tells_what_was_fetched_and_built_in_a_few_lines_a_run(world: World) -> None:
    """Two hours before a game, called for every twenty minutes."""
    world.settings = world.settings.model_copy(
        update={"odds_policy": "fixed", "odds_fixed_interval_minutes": 20}
    )
    world.clock.set(world.next_close() - timedelta(hours=2))
    stream = StringIO()
    runs: list[RunReport] = []
    with logging_as_before():
        told = world.settings.model_copy(update={"odds_log_format": "json"})
        configure_logging(told, stream=stream)
        until = world.clock.now() + timedelta(minutes=85)
        world.run_until(until, world.collector(), on_report=runs.append)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    kinds = {line["event"] for line in lines}
    assert kinds <= {"fetched odds", "fetched events", "built"}
    assert len(lines) <= 4 * len(runs)
    fetched = [line for line in lines if line["event"] == "fetched odds"]
    assert len(fetched) == 5
    assert fetched[0]["sport"] == SPORT
    assert (fetched[0]["credits"], fetched[0]["games"] > 0) == (3, True)
    assert fetched[0]["credits_left"] == fetched[-1]["credits_left"] + 12
    quoted = "select count(*) from marts.fct_odds where captured_at = (select max(captured_at)"
    assert fetched[-1]["quotes"] == world.value(f"{quoted} from marts.fct_odds)")
    built = [line for line in lines if line["event"] == "built"]
    assert len(built) >= len(fetched)
    assert all(line["what"] and line["seconds"] > 0 for line in built[:1])


@pytest.mark.heavy
@pytest.mark.usefixtures("without_builds")
@pytest.mark.parametrize("fault", ["status", "truncated"])
def test_a_close_that_fails_is_tried_again_until_it_comes(closing: World, fault: str) -> None:
    """Five calls in a row go wrong: one more than one job makes."""
    collector = closing.collector()
    close = closing.clock.now()
    before = closing.used()
    if fault == "status":
        closing.server.disturb(status=503, calls=5)
    else:
        closing.server.disturb(is_truncated=True, calls=5)
    first = collector.run_once()
    assert jobs(first) == [("fetch-odds", "failed")]
    assert close < first.next_at <= close + timedelta(seconds=60)
    closing.clock.set(first.next_at)
    assert jobs(collector.run_once()) == [("fetch-odds", "ok")]
    *failed, came = [call for call in closing.calls("odds") if call[0] >= close]
    assert len(failed) == 5
    assert came[0] < close + timedelta(minutes=2)
    # a broken answer costs what a whole one does, and every attempt is in the ledger
    assert closing.used() - before == (3 if fault == "status" else 18)
    ledger = "select sum(credits_charged) from ops.credit_reservations"
    assert closing.value(ledger) == closing.value(
        "select sum(credits_charged) from raw.api_responses"
    )


@pytest.mark.heavy
@pytest.mark.usefixtures("without_builds")
def test_an_answer_of_no_use_is_not_bought_again_and_again(closing: World) -> None:
    """Half an hour from a close on, a page for people comes instead of prices, and is charged."""
    with loopback.serve() as api:
        api.answers = [loopback.Answer(body=b"<html>log in</html>", date=None)]
        closing.settings = closing.settings.model_copy(update={"odds_api_base_url": api.base_url})
        closing.run_until(closing.clock.now() + timedelta(minutes=30), closing.collector())
        asked = [path for path, _, _ in api.asked if path.endswith("/odds")]
    assert 2 <= len(asked) <= 5


@pytest.mark.usefixtures("without_builds")
def test_attempts_stop_where_the_credits_do(closing: World) -> None:
    used = closing.used()
    closing.settings = closing.settings.model_copy(update={"odds_monthly_credits": used + 7})
    closing.server.disturb(is_truncated=True, calls=9)
    report = closing.collector().run_once()
    assert closing.used() == used + 6
    [failed] = [job for job in report.jobs if job.job == "fetch-odds"]
    assert failed.error
    assert "may cost 3 credits and 1 of" in failed.error


@pytest.mark.heavy
def test_while_the_warehouse_is_away_closes_are_kept_on_disk(world: World) -> None:
    warm = at_the_close(world)
    close = world.clock.now()
    used = world.used()
    with world.warehouse_away():
        for collector in (warm, world.collector()):
            report = collector.run_once()
            assert timedelta(0) < report.wait <= timedelta(minutes=2)
            world.clock.advance(timedelta(seconds=30))
    assert world.used() == used + 3
    assert jobs(warm.run_once()) == [("fetch-odds", "ok")]  # landing
    assert asked_since(world, close) == [close]
    assert world.used() == used + 3
    states = "select state, credits_charged from ops.credit_reservations order by reserved_at desc"
    assert world.rows(states)[0] == ("settled", 3)
    assert list((world.settings.odds_data_dir / "journal").iterdir()) == []
    statuses = "select status from ops.job_runs where job = 'fetch-odds' order by started_at"
    assert [status for (status,) in world.rows(statuses)][-2:] == ["failed", "ok"]


@pytest.mark.usefixtures("without_builds")
def test_a_key_that_is_refused_is_tried_rarely_and_works_again_by_itself(closing: World) -> None:
    collector = closing.collector()
    closing.server.api.accounts.revoke(DEMO_KEY)
    refused = collector.run_once()
    assert jobs(refused) == [("fetch-odds", "failed")]
    error = next(job.error for job in refused.jobs if job.error)
    assert DEMO_KEY not in error
    assert "DEACTIVATED_KEY" in error
    assert refused.wait >= timedelta(seconds=20)
    closing.server.api.accounts.restore(DEMO_KEY)
    closing.clock.set(refused.next_at)
    assert ("fetch-odds", "ok") in jobs(collector.run_once())


@pytest.mark.usefixtures("without_builds")
def test_what_cannot_be_paid_is_refused_once_with_the_reason(closing: World) -> None:
    used = closing.used()
    closing.settings = closing.settings.model_copy(update={"odds_monthly_credits": used + 2})
    collector = closing.collector()
    first, second = collector.run_once(), collector.run_once()
    [refused] = [job for job in first.jobs if job.status == "refused"]
    assert refused.reason
    assert refused.reason.endswith(": exhausted")
    assert [job.status for job in second.jobs] == ["ok"]
    assert closing.used() == used


@pytest.mark.usefixtures("without_builds")
def test_credits_that_somebody_else_spends_count(closing: World) -> None:
    collector = closing.collector()
    seconds = int(closing.clock.now().timestamp())
    closing.server.api.accounts.set_remaining(2, seconds=seconds)
    assert jobs(collector.run_once()) == [("fetch-odds", "failed")]
    closing.clock.advance(timedelta(minutes=2))
    report = collector.run_once()
    assert [job.reason for job in report.jobs if job.status == "refused"]


@pytest.mark.usefixtures("without_builds")
@pytest.mark.parametrize(
    "skew",
    [
        timedelta(hours=2),
        pytest.param(timedelta(hours=-2), marks=pytest.mark.heavy),
        pytest.param(timedelta(hours=23), marks=pytest.mark.heavy),
    ],
)
def test_a_wrong_clock_is_put_right_before_anything_is_paid_for(
    world: World, skew: timedelta
) -> None:
    """An hour before a close; its events call is due by the API's clock, too."""
    close = world.next_close()
    world.clock.set(close - timedelta(minutes=10))
    world.skew = skew
    report = world.collector().run_once()
    assert jobs(report)[0] == ("fetch-events", "ok")
    assert report.next_at <= close
    world.clock.set(close)
    world.collector().run_once()
    assert asked_since(world, close) == [close]


@pytest.mark.parametrize(
    "skew", [pytest.param(timedelta(days=300), marks=pytest.mark.heavy), timedelta(hours=-25)]
)
def test_a_date_more_than_a_day_from_our_clock_is_not_believed(
    world: World, skew: timedelta
) -> None:
    world.skew = skew
    landed_before = world.value("select count(*) from raw.api_responses")
    collector = world.collector()
    collector.run_once()
    rows = world.rows(
        "select captured_at, requested_at, bad_headers from raw.api_responses "
        "order by _dlt_load_id, requested_at"
    )[landed_before:]
    assert rows
    for captured_at, requested_at, bad_headers in rows:
        assert captured_at - requested_at < timedelta(minutes=1)
        assert list(orjson.loads(bad_headers)) == ["date"]


@pytest.mark.heavy
def test_answers_with_a_date_to_come_stop_nothing(world: World) -> None:
    """A date may be wrong at the API, too: games are not asked for again and again until then."""
    begun = world.clock.now()
    world.clock.advance(timedelta(days=5))
    world.collector().run_once()
    world.clock.set(begun)
    close = world.next_close()
    collector = world.collector()
    world.run_until(close, collector)
    assert jobs(collector.run_once()) == [("fetch-odds", "ok")]
    assert asked_since(world, close)[0] == close
    asked = [at for at, _ in world.calls("events") if begun < at <= close]
    assert len(asked) <= (close - begun) / timedelta(hours=1) + 3


@pytest.mark.usefixtures("without_builds")
def test_a_full_disk_stops_before_anything_is_paid_for(closing: World) -> None:
    collector = closing.collector()
    used = closing.used()
    spool = closing.settings.odds_data_dir / "spool"
    spool.rmdir()
    spool.write_text("not a folder")
    report = collector.run_once()
    assert jobs(report) == [("fetch-odds", "failed")]
    assert closing.used() == used
    spool.unlink()
    closing.clock.set(report.next_at)
    assert ("fetch-odds", "ok") in jobs(collector.run_once())


@pytest.mark.heavy
def test_a_result_is_asked_for_and_no_longer_waited_for(world: World) -> None:
    collector = world.collector()
    reports: list[RunReport] = []
    world.clock.set(datetime(2026, 2, 1, 9, tzinfo=UTC))
    world.run_until(datetime(2026, 2, 1, 12, tzinfo=UTC), collector, on_report=reports.append)
    done = [job for report in reports for job in jobs(report) if job[0] == "fetch-scores"]
    assert done == [("fetch-scores", "ok")]
    decided = "select count(*) from ops.rpt_games_watched where is_decided"
    assert world.value(decided) >= 5


@pytest.mark.heavy
def test_a_process_killed_in_a_call_leaves_it_in_the_ledger(closing: World) -> None:
    """A real process dies while it waits."""
    close = closing.clock.now()
    closing.server.disturb(delay_seconds=8, calls=3)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.scheduler.mortal_run"],
        env=variables(closing.settings),
        cwd=Path(__file__).resolve().parents[2],
    )
    in_flight = "select count(*) from ops.credit_reservations where state = 'reserved'"
    wait_for(lambda: _has_reserved(closing, in_flight), seconds=60)
    process.kill()
    process.wait(timeout=10)
    closing.server.api.disturbances.clear()
    closing.clock.set(close + timedelta(minutes=1))
    report = closing.collector().run_once()
    assert ("fetch-odds", "ok") in jobs(report)
    assert closing.value("select count(*) from ops.job_runs where status = 'died'") == 1
    states = "select state, credits_estimated from ops.credit_reservations where state <> 'settled'"
    assert closing.rows(states) == [("charge_unknown", 3)]


@pytest.mark.heavy
def test_no_call_waits_for_a_build(world: World) -> None:
    """The build of an hour ago is still at it when the close is due; both are done beside it."""
    # not in its first run, which takes a job that is under way for a dead one's
    collector = at_the_close(world)
    close = world.clock.now()
    collector.builder.landed(are_results_new=True)
    worker = threading.Thread(target=collector.build)
    worker.start()
    wait_for(lambda: collector.builder.is_at_work, seconds=60)
    report = collector.collect()
    assert worker.is_alive()
    assert jobs(report) == [("fetch-odds", "ok")]
    assert collector.builder.next_at() is not None
    worker.join(timeout=120)
    assert collector.build()
    assert collector.builder.next_at() is None
    assert asked_since(world, close) == [close]
    built = "select count(*) from intermediate.int_processed_responses where captured_at = ?"
    assert world.value(built, close) == 1
    done = "select reason from ops.job_runs where job = 'build' and status = 'ok' and due_at >= ?"
    assert sorted(world.rows(done, close)) == [("hot",), ("results",)]
    assert world.value("select count(*) from ops.job_runs where status in ('died', 'running')") == 0


def test_after_every_build_the_board_holds_the_newest_price(closing: World) -> None:
    collector = closing.collector()
    collector.run_once()
    looks_from = closing.value("select as_of from staging.stg_run__clock")
    assert looks_from == closing.clock.now()
    newest = closing.value("select max(captured_at) from marts.fct_best_prices")
    assert newest == max(captured_at for captured_at, _ in closing.calls("odds"))


def test_a_second_collector_is_turned_away(world: World) -> None:
    with (
        machine_lock(world.settings),
        pytest.raises(OddsError, match="another collector"),
        machine_lock(world.settings),
    ):
        pass
    if world.settings.odds_target == "postgres":
        with connect(world.settings) as other:
            hold_server_lock(other)
            with pytest.raises(OddsError, match="another machine"):
                world.collector().run_once()


def _has_reserved(world: World, query: str) -> bool:
    try:
        return bool(world.value(query) == 1)
    except OddsError:  # the process has the DuckDB file at this moment
        return False


def test_the_requests_are_those_of_the_settings(world: World) -> None:
    plan = world.collector().collection
    assert plan.events == {SPORT: EventsRequest(sport_key=SPORT)}
    assert isinstance(plan.odds[SPORT], OddsRequest)
    assert plan.odds[SPORT].estimated_credits == 3


@pytest.mark.heavy
def test_an_answer_that_no_model_can_take_in_holds_up_no_other(world: World) -> None:
    broken = plant(world.settings, "ab", landed_at=world.clock.now())
    report = world.collector().run_once()
    assert {job.status for job in report.jobs} == {"ok"}
    found = "select response_id from ops.quarantined_responses where released_at is null"
    assert world.rows(found) == [(broken,)]
    told = "select dedupe_key from ops.fct_alert_candidates where rule_id = 'response_set_aside'"
    assert world.rows(told) == [(f"response_set_aside|{broken}",)]
