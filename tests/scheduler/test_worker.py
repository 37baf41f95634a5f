"""The long-running worker, in a process and a time of its own."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.account import DEMO_KEY
from simulator.clock import VirtualClock
from simulator.server import Server, serve
from tests.scheduler.months import variables
from tests.scheduler.world import World, season, wait_for, with_api

# in real time: two minutes, and more where the machine is busy
pytestmark = pytest.mark.heavy


@contextmanager
def started(world: World) -> Iterator["subprocess.Popen[str]"]:
    # near the API's: a `Date` of another day would not be believed
    offset = (world.server.clock.now() - datetime.now(UTC)).total_seconds()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.scheduler.odds_of_another_day", str(offset)),
            *("scheduler", "start"),
        ],
        env=variables(world.settings),
        cwd=Path(__file__).resolve().parents[2],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def used(server: Server) -> int:
    seconds = int(server.clock.now().timestamp())
    return server.api.accounts.balance(DEMO_KEY, seconds=seconds).used


def test_it_keeps_a_close_stops_when_told_and_comes_back_when_killed(world: World) -> None:
    close = world.next_close()
    world.clock.set(close - timedelta(minutes=50))
    world.run_until(close - timedelta(minutes=2), world.collector())
    with serve(season(), VirtualClock(close - timedelta(seconds=60), speed=1.0)) as server:
        world.settings = with_api(world.settings, server)
        with started(world) as worker:
            # imports, dbt's first parse and a free call come before the close
            wait_for(lambda: used(server) >= 3, seconds=240)
            with started(world) as second:
                _, err = second.communicate(timeout=60)
                assert second.returncode == 1, err
                assert f"another collector (process {worker.pid})" in err
                assert "Traceback" not in err
            told_at = time.monotonic()
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(timeout=10) == 0
            assert time.monotonic() - told_at < 10
        with started(world) as worker:
            time.sleep(6)
            worker.kill()
        with started(world) as worker:
            time.sleep(12)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(timeout=10) == 0
        assert used(server) == 3
    [asked] = [at for at, _ in world.calls("odds") if at >= close]
    # a busy machine takes its time to start; the game starts five minutes after the close
    assert asked - close < timedelta(minutes=5)
    assert list((world.settings.odds_data_dir / "spool").glob("*.json")) == []
    assert world.value("select count(*) from ops.credit_reservations where state = 'reserved'") == 0
