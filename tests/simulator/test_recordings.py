"""Seasons written to recordings: the shared format, the cadences, the command line."""

import gzip
import json
import lzma
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
import requests
import zstandard

from simulator import Faults, Season, SeasonOptions, write_recording
from simulator.__main__ import main
from simulator.cadence import moments
from simulator.clock import to_datetime

FIELDS = ["endpoint", "params", "received_at", "status", "headers", "body"]
OPTIONS = SeasonOptions(seed=5, games=30, first_day=date(2026, 1, 5))


@pytest.fixture(scope="module")
def small():
    return Season(OPTIONS)


def read_zst(path):
    with path.open("rb") as raw:
        return zstandard.ZstdDecompressor().stream_reader(raw).read()


READERS = {
    ".jsonl": lambda path: path.read_bytes(),
    ".jsonl.gz": lambda path: gzip.decompress(path.read_bytes()),
    ".jsonl.xz": lambda path: lzma.decompress(path.read_bytes()),
    ".jsonl.zst": read_zst,
}


@pytest.mark.parametrize("suffix", READERS)
def test_every_suffix_holds_the_same_lines_and_two_runs_the_same_bytes(small, tmp_path, suffix):
    plain, packed, again = tmp_path / "a.jsonl", tmp_path / f"b{suffix}", tmp_path / f"c{suffix}"
    last = to_datetime(small.starts) + timedelta(days=5)
    for path in (plain, packed, again):
        summary = write_recording(small, path, last=last)
    assert READERS[suffix](packed) == plain.read_bytes()
    assert packed.read_bytes() == again.read_bytes()
    assert summary.lines == plain.read_bytes().count(b"\n") > 5
    assert summary.body_bytes == plain.stat().st_size


def test_an_unknown_suffix_is_refused(small, tmp_path):
    with pytest.raises(ValueError, match=r"use \.jsonl"):
        write_recording(small, tmp_path / "season.csv")


def test_lines_are_exchanges_in_order_of_time_without_the_key(small, tmp_path):
    path = tmp_path / "season.jsonl"
    write_recording(small, path)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [list(line) for line in lines] == [FIELDS] * len(lines)
    assert {line["status"] for line in lines} == {200}
    assert Counter(line["endpoint"].rsplit("/", 1)[1] for line in lines).keys() == {
        "odds",
        "scores",
    }
    times = [line["received_at"] for line in lines]
    assert times == sorted(times)
    assert not any("key" in name.lower() for line in lines for name in line["params"])
    month = times[-1][:7]
    spent = sum(
        int(line["headers"]["x-requests-last"])
        for line in lines
        if line["received_at"].startswith(month)
    )
    assert int(lines[-1]["headers"]["x-requests-used"]) == spent > 0


def test_every_completed_game_is_among_the_scores(small, tmp_path):
    path = tmp_path / "season.jsonl"
    write_recording(small, path)
    completed = {
        event["id"]
        for line in map(json.loads, path.read_text().splitlines())
        if line["endpoint"].endswith("scores")
        for event in line["body"]
        if event["completed"]
    }
    assert completed == {event.event_id for event in small.events if event.started is not None}


def test_tiered_calls_keep_the_promise_of_every_tier(full_season):
    calls = list(moments(full_season, "tiered"))
    tiers = ((72, 1e6, 48), (24, 72, 24), (12, 24, 12), (3, 12, 3), (0, 3, 0.5))
    assert calls == sorted(set(calls))
    assert 2000 < len(calls) < 5000
    missed_closes = 0
    for event in full_season.events[200:260]:
        if event.started is None:
            continue
        own = [call for call in calls if event.listed <= call < event.last_announced]
        for before, after in pairwise(own):
            hours = (event.announced(after) - after) / 3600
            tier = next(t for t in tiers if t[0] <= hours < t[1]) if hours >= 0 else tiers[-1]
            assert (after - before) / 3600 <= tier[2] + 1
        missed_closes += event.last_announced - 300 not in own
    assert missed_closes == 0


def test_every_five_minutes_is_just_that(small):
    calls = list(moments(small, "every-5-minutes"))
    assert {after - before for before, after in pairwise(calls)} == {300}
    assert calls[0] % 300 == 0
    assert calls[0] - small.starts < 300
    assert small.ends - calls[-1] <= 300


def test_first_and_last_cut_a_recording(small, tmp_path):
    path = tmp_path / "part.jsonl"
    first = to_datetime(small.starts) + timedelta(days=2)
    last = first + timedelta(hours=6)
    write_recording(small, path, cadence="every-5-minutes", first=first, last=last)
    times = [json.loads(line)["received_at"] for line in path.read_text().splitlines()]
    assert first <= datetime.fromisoformat(times[0])
    assert datetime.fromisoformat(times[-1]) <= last
    assert 72 <= len(times) <= 74


def test_errors_are_recorded_with_their_status(tmp_path):
    season = Season(SeasonOptions(games=20, faults=Faults(error_bursts=0.5)))
    path = tmp_path / "season.jsonl"
    write_recording(season, path)
    failed = [
        line for line in map(json.loads, path.read_text().splitlines()) if line["status"] != 200
    ]
    assert {line["status"] for line in failed} == {429, 500, 503}
    assert all(list(line["body"])[1] == "error_code" for line in failed)


def test_progress_is_told_to_the_caller(small, tmp_path):
    told = []
    last = to_datetime(small.starts) + timedelta(days=4)
    path = tmp_path / "a.jsonl"
    write_recording(small, path, cadence="every-5-minutes", last=last, progress=told.append)
    assert len(told) == 2
    assert "lines" in told[0]


def test_the_command_line_writes_a_season_and_says_so_on_stderr_only(tmp_path):
    path = tmp_path / "season.jsonl.gz"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "simulator", "record", str(path), "--games", "12"),
            *("--first-day", "2026-01-05", "--edges", "2", "--faults"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    assert "lines" in done.stderr
    assert gzip.decompress(path.read_bytes()).count(b"\n") > 20


def test_the_season_of_the_command_line_ends_a_few_days_from_now(tmp_path):
    path = tmp_path / "season.jsonl"
    assert main(["record", str(path), "--games", "60"]) == 0
    last = json.loads(path.read_text().splitlines()[-1])
    ahead = datetime.fromisoformat(last["received_at"]) - datetime.now(UTC)
    assert timedelta(days=2) < ahead < timedelta(days=6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["record", "x.csv"], "use .jsonl"),
        (["record", "x.jsonl", "--games", "0"], "at least one game"),
        (["record", "x.jsonl", "--games", "4", "--edges", "3"], "need at least 6 games"),
    ],
)
def test_a_wrong_command_ends_with_status_2_and_one_line(
    arguments, message, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ending:
        main(arguments)
    error = capsys.readouterr().err
    assert ending.value.code == 2
    assert message in error
    assert error.count("\n") == 1


def test_the_command_line_serves_a_season_and_says_where():
    command = [
        *(sys.executable, "-m", "simulator", "serve", "--port", "0", "--games", "30"),
        *("--now", "2026-01-06T18:00:00Z", "--speed", "0", "--first-day", "2026-01-05"),
        *("--key", "mine", "--credits", "9"),
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        url = process.stderr.readline().split()[0]
        reply = requests.get(
            f"{url}/v4/sports/basketball_nba/odds",
            params={"apiKey": "mine", "regions": "us"},
            timeout=10,
        )
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(timeout=10) == 130
        finally:
            process.kill()
    assert reply.headers["x-requests-remaining"] == "8"
    assert reply.headers["Date"] == "Tue, 06 Jan 2026 18:00:00 GMT"
    assert len(reply.json()) > 10


def test_a_season_around_now_has_a_full_board():
    today = date(2026, 11, 20)
    season = Season(SeasonOptions(games=100, last_day=today + timedelta(days=3)))
    now = int(datetime(2026, 11, 20, 16, tzinfo=UTC).timestamp())
    upcoming = [event for event in season.listed(now) if event.commence(now) > now]
    assert len(upcoming) > 15


@pytest.mark.heavy
def test_a_tiered_season_is_written_in_well_under_a_minute(full_season, tmp_path):
    started = time.process_time()
    summary = write_recording(full_season, tmp_path / "season.jsonl")
    assert summary.lines > 3000
    assert time.process_time() - started < 45
