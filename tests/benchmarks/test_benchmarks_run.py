"""That the benchmarks run, on a small simulated recording; never how long anything takes."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from benchmarks.__main__ import app
from simulator.options import SeasonOptions
from simulator.recording import write_recording
from simulator.season import Season


@pytest.fixture(scope="module")
def small_recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recording") / "small.jsonl.xz"
    write_recording(Season(SeasonOptions(games=4)), path, has_scores=False)
    return path


@pytest.mark.heavy
def test_bulk_brings_the_same_rows_as_direct_sql(small_recording: Path) -> None:
    report = _run("bulk", str(small_recording), "--runs", "1")
    assert report["ours"]["rows"]["quotes"] > 0
    assert report["differing_rows"] == {}


@pytest.mark.heavy
def test_storage_gives_every_quote_back(small_recording: Path) -> None:
    (report,) = _run("storage", str(small_recording))
    assert report["pre_match_quotes"] > 0
    assert (report["lost"], report["invented"]) == (0, 0)


@pytest.mark.heavy
def test_backtests_bet_alike_by_the_engine_and_by_a_loop() -> None:
    # sides that do not come to one bankroll end the command with an error
    report = _run("backtests", "--seasons", "1", "--seasons", "2", "--games", "60", "--runs", "1")
    one, two = report["by_seasons"]
    assert one["loop_result"]["bets"] == one["bets"] > 0
    assert (two["events"], two["bets"]) == (2 * one["events"], 2 * one["bets"])
    assert two["changes"] == 2 * one["changes"]


def _run(*arguments: str) -> Any:
    result = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    return orjson.loads(result.stdout)["data"]
