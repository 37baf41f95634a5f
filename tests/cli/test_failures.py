import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from simulator import DEMO_KEY
from tests.cli.conftest import Place

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"


@contextmanager
def held(path: Path) -> Iterator[int]:
    """Another process has the file open for writing."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            yield holder.pid
        finally:
            holder.kill()


@pytest.mark.parametrize("words", ["board", "db stats", "demo", "results import {csv}"])
def test_a_warehouse_in_use_is_told_with_the_process_that_has_it(
    season_copy: Place, words: str
) -> None:
    csv = season_copy.folder / "some.csv"
    csv.write_text(
        "sport_key,game_date,starts_at,home_team,away_team,home_score,away_score,status\n"
        "baseball_mlb,2026-07-10,,A,B,1,2,final\n"
    )
    with held(season_copy.warehouse) as pid:
        said = season_copy.odds(*words.format(csv=csv).split(), "--json")
    assert said.status == 1
    assert f"is in use by process {pid}" in said.object["data"]["error"]
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("words", ["board", "events", "quota", "db stats"])
def test_a_dead_postgres_is_told(place: Place, words: str) -> None:
    said = place.odds(*words.split(), "--target", "postgres", PGHOST="127.0.0.1", PGPORT="9")
    assert (said.status, said.out) == (1, "")
    assert "Postgres at 127.0.0.1:9 does not answer" in said.err
    assert said.err.count("\n") == 1


def test_a_file_that_is_no_warehouse_is_told(place: Place) -> None:
    place.warehouse.parent.mkdir()
    place.warehouse.write_bytes(b"nothing of the kind" * 1000)
    said = place.odds("board")
    assert said.status == 1
    assert "is not a DuckDB file" in said.err
    assert said.err.count("\n") == 1


def test_an_empty_warehouse_says_how_to_fill_it(place: Place) -> None:
    place.warehouse.parent.mkdir()
    duckdb.connect(str(place.warehouse)).close()
    said = place.odds("board")
    assert said.status == 1
    assert "is empty: run `odds demo`" in said.err


def test_a_bug_is_one_line_too(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def burst(_settings: object) -> None:
        raise RuntimeError("out of\nluck")

    monkeypatch.setattr("cli.warehouse_commands.effective", burst)
    said = place.odds("config", "--json")
    assert said.status == 1
    expected = "unexpected RuntimeError: out of luck (ODDS_LOG_LEVEL=debug shows where)"
    assert said.err == f"odds: {expected}\n"
    assert said.object["data"] == {"error": expected}


def test_an_interruption_is_one_line_and_130(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        process = place.start(
            "fetch", "sports", "--no-build", ODDS_API_BASE_URL=url, ODDS_API_KEY=DEMO_KEY
        )
        connection, _ = deaf.accept()
        with connection:
            assert connection.recv(1000)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "odds: interrupted\n")


def test_a_reader_that_leaves_early_is_no_failure(season: Place) -> None:
    process = season.start("movement", "last")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 0
