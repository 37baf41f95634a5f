import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.landing import BATCH_ROWS, Landing
from ingestion.warehouse import connect

CHILD = Path(__file__).with_name("crash_child.py")
INSTANTS_OF_A_LANDING = [
    "rows committed",
    "load complete",
    *(
        pytest.param(instant, marks=pytest.mark.heavy)
        for instant in (
            "response spooled",
            "batches on disk",
            "files made",
            "package done",
            "spool emptied",
        )
    ),
]


class Victims:
    """Children that spool, land or replay, and die."""

    def __init__(self, settings, *, process, log):
        self.settings = settings
        self.process = process
        self.log = log

    def spool_and_land(self, *, landings=1, kill_after=None, delay=None):
        order = {"work": "spool", "log": str(self.log), "landings": landings}
        return self._run(order | {"kill_after": kill_after}, delay=delay)

    def replay(self, path, *, kill_after=None):
        return self._run({"work": "replay", "path": str(path), "kill_after": kill_after})

    def spooled(self):
        """Every response that was ever safe in the spool."""
        return self.log.read_text().split() if self.log.exists() else []

    def _run(self, order, *, delay=None):
        """Let one child work; returns the signal that ended it, 0 if it came to its end."""
        fields = self.settings.model_dump(mode="json", exclude={"odds_api_key"})
        fields["pgpassword"] = self.settings.pgpassword.get_secret_value()
        self.process.stdin.write(json.dumps(order | {"settings": fields}) + "\n")
        self.process.stdin.flush()
        child = int(self.process.stdout.readline())
        if delay is not None:
            time.sleep(delay)
            os.kill(child, signal.SIGKILL)
        return int(self.process.stdout.readline())


@pytest.fixture(scope="module")
def parent_of_victims(tmp_path_factory):
    with subprocess.Popen(
        [sys.executable, str(CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path_factory.mktemp("victims"),
    ) as process:
        yield process


@pytest.fixture
def victims(settings, parent_of_victims, tmp_path):
    return Victims(settings, process=parent_of_victims, log=tmp_path / "spooled.log")


def landed_ids(settings):
    """The ids of all rows, after making sure that each belongs to a complete load."""
    with connect(settings) as connection:
        rows = connection.rows(
            "select response_id, loads.status from raw.api_responses"
            " left join raw._dlt_loads as loads on _dlt_load_id = loads.load_id"
        )
    assert {status for _, status in rows} <= {0}
    return [response_id for response_id, _ in rows]


def check_all_landed_once(victims):
    landing = Landing(victims.settings, now=lambda: datetime.now(UTC))
    landing.land_spool()
    landed = landed_ids(victims.settings)
    assert len(landed) == len(set(landed))
    assert set(landed) >= set(victims.spooled())
    assert landing.spool.paths() == []


@pytest.mark.parametrize("instant", INSTANTS_OF_A_LANDING)
def test_a_landing_killed_at_a_weak_instant_is_repaired_by_the_next(victims, instant):
    assert victims.spool_and_land() == 0
    assert victims.spool_and_land(kill_after=instant) == signal.SIGKILL
    check_all_landed_once(victims)


@pytest.mark.heavy
@pytest.mark.parametrize("instant", INSTANTS_OF_A_LANDING)
def test_a_first_landing_killed_at_a_weak_instant_is_repaired_by_the_next(victims, instant):
    assert victims.spool_and_land(kill_after=instant) == signal.SIGKILL
    check_all_landed_once(victims)


@pytest.mark.heavy
def test_a_repair_that_is_killed_too_is_repaired_by_the_next(victims):
    assert victims.spool_and_land() == 0
    assert victims.spool_and_land(kill_after="rows committed") == signal.SIGKILL
    assert victims.spool_and_land(kill_after="dead rows deleted") == signal.SIGKILL
    check_all_landed_once(victims)


def test_rows_of_a_dead_load_are_replaced_even_without_the_working_folder(victims):
    """Someone may lose the data folder between a crash and the next landing."""
    assert victims.spool_and_land() == 0
    assert victims.spool_and_land(kill_after="rows committed") == signal.SIGKILL
    owner = victims.settings.odds_data_dir / "dlt"
    owner.rename(victims.settings.odds_data_dir / "lost")
    check_all_landed_once(victims)


def test_a_replay_killed_between_two_of_its_batches_is_repaired_by_running_it_again(
    victims, tmp_path
):
    """Whoever lands next takes its rows out, whether or not it is ever run again."""
    lines = [
        {
            "endpoint": "/v4/sports/basketball_nba/odds",
            "params": {},
            "received_at": f"2026-01-31T18:{number // 60:02}:{number % 60:02}Z",
            "status": 200,
            "headers": {},
            "body": [],
        }
        for number in range(3 * BATCH_ROWS)
    ]
    recording = tmp_path / "recording.jsonl"
    recording.write_text("\n".join(map(json.dumps, lines)))
    assert victims.spool_and_land() == 0
    assert victims.replay(recording, kill_after="rows committed") == signal.SIGKILL
    assert victims.spool_and_land() == 0
    before = landed_ids(victims.settings)
    assert sorted(before) == sorted(victims.spooled())
    assert victims.replay(recording) == 0
    landed = landed_ids(victims.settings)
    assert len(landed) == len(set(landed)) == len(before) + len(lines)


def run_campaign(victims, *, kills):
    """Kill at instants spread over the time that two landings take, then look."""
    started = time.perf_counter()
    assert victims.spool_and_land(landings=2) == 0
    duration = time.perf_counter() - started
    for kill in range(kills):
        delay = duration * (kill * 0.618034 % 1)  # spread evenly, near ones apart
        assert victims.spool_and_land(landings=1_000_000, delay=delay) == signal.SIGKILL
    check_all_landed_once(victims)
    assert len(victims.spooled()) > 0


def test_three_kills_at_any_moment_lose_and_double_nothing(victims):
    run_campaign(victims, kills=3)


@pytest.mark.heavy
def test_forty_kills_at_any_moment_lose_and_double_nothing(victims):
    run_campaign(victims, kills=40)
