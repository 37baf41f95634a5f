"""The collector against the simulated API, on both engines, while things go wrong."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingestion.errors import OddsError
from ingestion.odds_api.endpoints import EventsRequest, OddsRequest
from ingestion.warehouse import connect
from scheduler.collector import Collector, RunReport
from scheduler.collector_lock import hold_server_lock, machine_lock
from simulator.account import DEMO_KEY
from tests.scheduler.months import variables
from tests.scheduler.world import SPORT, World, wait_for

# a day and a half before the first games
FIRST_RUN = datetime(2026, 1, 29, 12, tzinfo=UTC)
CREDITS_LEFT = 19_997
ODDS = Path(sys.executable).with_name("odds")


def jobs(report: RunReport) -> list[tuple[str, str]]:
    return [(job.job, job.status) for job in report.jobs if job.job not in ("build", "heartbeat")]


def at_the_close(world: World) -> Collector:
    """Go to the moment of the next close, the hour before it collected as planned."""
    close = world.next_close()
    world.clock.set(close - timedelta(minutes=50))
    collector = world.collector()
    world.run_until(close, collector)
    return collector


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
    built = "select count(*) from intermediate.int_modelled_responses where captured_at = ?"
    assert world.value(built, close) == 1
    charged = "select sum(credits_charged) from ops.credit_reservations where state = 'settled'"
    assert world.value(charged) == world.value("select sum(credits_charged) from raw.api_responses")


@pytest.mark.parametrize("fault", ["status", "truncated"])
def test_a_close_that_fails_is_tried_again_until_it_comes(world: World, fault: str) -> None:
    """Five calls in a row go wrong: one more than one job makes."""
    collector = at_the_close(world)
    close = world.clock.now()
    before = world.used()
    if fault == "status":
        world.server.disturb(status=503, calls=5)
    else:
        world.server.disturb(is_truncated=True, calls=5)
    first = collector.run_once()
    assert jobs(first) == [("fetch-odds", "failed")]
    assert close < first.next_at <= close + timedelta(seconds=60)
    world.clock.set(first.next_at)
    assert jobs(collector.run_once()) == [("fetch-odds", "ok")]
    *failed, came = [call for call in world.calls("odds") if call[0] >= close]
    assert len(failed) == 5
    assert came[0] < close + timedelta(minutes=2)
    # a broken answer costs what a whole one does, and every attempt is in the ledger
    assert world.used() - before == (3 if fault == "status" else 18)
    ledger = "select sum(credits_charged) from ops.credit_reservations"
    assert world.value(ledger) == world.value("select sum(credits_charged) from raw.api_responses")


def test_attempts_stop_where_the_credits_do(world: World) -> None:
    at_the_close(world)
    used = world.used()
    world.settings = world.settings.model_copy(update={"odds_monthly_credits": used + 7})
    world.server.disturb(is_truncated=True, calls=9)
    report = world.collector().run_once()
    assert world.used() == used + 6
    [failed] = [job for job in report.jobs if job.job == "fetch-odds"]
    assert failed.error
    assert "may cost 3 credits and 1 of" in failed.error


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


def test_a_key_that_is_refused_is_tried_rarely_and_works_again_by_itself(world: World) -> None:
    collector = at_the_close(world)
    world.server.api.accounts.revoke(DEMO_KEY)
    refused = collector.run_once()
    assert jobs(refused) == [("fetch-odds", "failed")]
    error = next(job.error for job in refused.jobs if job.error)
    assert DEMO_KEY not in error
    assert "DEACTIVATED_KEY" in error
    assert refused.wait >= timedelta(seconds=20)
    world.server.api.accounts.restore(DEMO_KEY)
    world.clock.set(refused.next_at)
    assert ("fetch-odds", "ok") in jobs(collector.run_once())


def test_what_cannot_be_paid_is_refused_once_with_the_reason(world: World) -> None:
    at_the_close(world)
    used = world.used()
    world.settings = world.settings.model_copy(update={"odds_monthly_credits": used + 2})
    collector = world.collector()
    first, second = collector.run_once(), collector.run_once()
    [refused] = [job for job in first.jobs if job.status == "refused"]
    assert refused.reason
    assert refused.reason.endswith(": exhausted")
    assert [job.status for job in second.jobs] == ["ok"]
    assert world.used() == used


def test_credits_that_somebody_else_spends_count(world: World) -> None:
    collector = at_the_close(world)
    seconds = int(world.clock.now().timestamp())
    world.server.api.accounts.set_remaining(2, seconds=seconds)
    assert jobs(collector.run_once()) == [("fetch-odds", "failed")]
    world.clock.advance(timedelta(minutes=2))
    report = collector.run_once()
    assert [job.reason for job in report.jobs if job.status == "refused"]


@pytest.mark.parametrize("skew", [timedelta(hours=2), timedelta(hours=-2), timedelta(days=300)])
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


def test_a_full_disk_stops_before_anything_is_paid_for(world: World) -> None:
    collector = at_the_close(world)
    used = world.used()
    spool = world.settings.odds_data_dir / "spool"
    spool.rmdir()
    spool.write_text("not a folder")
    report = collector.run_once()
    assert jobs(report) == [("fetch-odds", "failed")]
    assert world.used() == used
    spool.unlink()
    world.clock.set(report.next_at)
    assert ("fetch-odds", "ok") in jobs(collector.run_once())


def test_a_result_is_asked_for_and_no_longer_waited_for(world: World) -> None:
    collector = world.collector()
    reports: list[RunReport] = []
    world.clock.set(datetime(2026, 2, 1, 9, tzinfo=UTC))
    world.run_until(datetime(2026, 2, 1, 12, tzinfo=UTC), collector, on_report=reports.append)
    done = [job for report in reports for job in jobs(report) if job[0] == "fetch-scores"]
    assert done == [("fetch-scores", "ok")]
    decided = "select count(*) from ops.rpt_games_watched where is_decided"
    assert world.value(decided) >= 5


def test_a_process_killed_in_a_call_leaves_it_in_the_ledger(world: World) -> None:
    """A real process, whose wall clock is months from the API's, dies while it waits."""
    collector = at_the_close(world)
    close = world.clock.now()
    world.server.disturb(delay_seconds=8, calls=3)
    process = subprocess.Popen([ODDS, "scheduler", "run-once"], env=variables(world.settings))
    in_flight = "select count(*) from ops.credit_reservations where state = 'reserved'"
    wait_for(lambda: _has_reserved(world, in_flight), seconds=60)
    process.kill()
    process.wait(timeout=10)
    world.server.api.disturbances.clear()
    world.clock.set(close + timedelta(minutes=1))
    report = collector.run_once()
    assert ("fetch-odds", "ok") in jobs(report)
    assert world.value("select count(*) from ops.job_runs where status = 'died'") == 1
    states = "select state, credits_estimated from ops.credit_reservations where state <> 'settled'"
    assert world.rows(states) == [("charge_unknown", 3)]


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
