import csv
from pathlib import Path

import duckdb
import pytest

from ingestion.results import RESULT_FIELDS
from tests.cli.conftest import Place
from tests.oracle.builder import AWAY, HOME, at, book, event, h2h, odds

SPORT = "baseball_kbo"
GAME = event("0" * 32, "20:00", book("draftkings", h2h(-120, 110)), sport=SPORT)
LINES = [odds("12:00", GAME, sport=SPORT), odds("12:30", GAME, sport=SPORT), odds("13:00")]


def count(place: Place, table: str) -> int:
    with duckdb.connect(str(place.warehouse), read_only=True) as connection:
        row = connection.sql(f"select count(*) from {table}").fetchone()  # noqa: S608
        assert row is not None
        return int(row[0])


def test_a_replay_says_what_it_did_and_a_second_one_lands_nothing(place: Place) -> None:
    paths = [place.recording(LINES[:2], "a.jsonl"), place.recording(LINES[1:], "b.jsonl")]
    first = place.odds("replay", *paths, "--no-build", "--json").data
    assert first.pop("seconds") > 0
    assert first == {"files": 2, "lines": 4, "landed": 3, "already_held": 1, "skipped_bad": 0}
    again = place.odds("replay", *paths, "--no-build", "--json").data
    assert (again["landed"], again["already_held"]) == (0, 4)
    assert count(place, "raw.api_responses") == 3


def test_a_bad_line_is_named_and_nothing_lands_unless_it_is_skipped(place: Place) -> None:
    path = place.recording([*LINES, b"{"])
    said = place.odds("replay", path, "--no-build", "--json")
    assert said.status == 2
    assert f"{path}, line 4: not JSON" in said.object["data"]["error"]
    data = place.odds("replay", path, "--no-build", "--skip-bad", "--json").data
    assert (data["lines"], data["landed"], data["skipped_bad"]) == (4, 3, 1)


def test_the_page_tells_lines_and_speed(place: Place) -> None:
    out = place.odds("replay", place.recording(LINES), "--no-build").out
    assert "lines/s" in out
    assert "held already" in out


def test_what_landed_without_a_build_cannot_be_read_yet(place: Place) -> None:
    place.odds("replay", place.recording(LINES), "--no-build")
    said = place.odds("board")
    assert said.status == 1
    assert "run `dbt build`" in said.err


@pytest.mark.heavy
def test_a_replay_into_a_built_warehouse_is_on_the_board_at_once(season_copy: Place) -> None:
    said = season_copy.odds(
        "replay", season_copy.recording(LINES[:2]), "--as-of", at("12:40"), "--json"
    )
    assert said.data["landed"] == 2
    assert said.object["as_of"] == at("12:40")
    rows = season_copy.odds("board", "--json").data["rows"]
    assert GAME["id"] in {row["event_id"] for row in rows}


def table(folder: Path, *rows: dict[str, str], name: str = "league.csv") -> Path:
    path = folder / name
    usual = {
        "sport_key": "baseball_mlb",
        "game_date": "2026-07-10",
        "starts_at": at("18:00"),
        "home_team": HOME,
        "away_team": AWAY,
        "home_score": "4",
        "away_score": "2",
        "status": "final",
    }
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, RESULT_FIELDS)
        writer.writeheader()
        writer.writerows({**usual, **row} for row in rows)
    return path


@pytest.mark.heavy
def test_an_import_says_which_rows_found_their_game(season_copy: Place) -> None:
    path = table(
        season_copy.folder,
        {},
        {"home_team": "Chicago Cubs"},
        {"starts_at": at("22:00"), "status": "postponed", "home_score": "", "away_score": ""},
    )
    when = ("--as-of", "2026-07-12T00:00:00Z")
    said = season_copy.odds("results", "import", path, *when, "--json")
    assert said.data == {
        "rows": 3,
        "landed": 3,
        "already_held": 0,
        "matched": 2,
        "unmatched": 1,
        "postponed": 1,
    }
    again = season_copy.odds("results", "import", path, "--no-build")
    assert again.status == 0
    assert "held already  3" in " ".join(again.out.split("\n")).replace("   ", "  ")
    rows = {
        row["event_id"]: row for row in season_copy.odds("events", "--all", "--json").data["rows"]
    }
    assert (rows["first"]["status"], rows["first"]["home_score"]) == ("final", 4)
    assert rows["last"]["status"] == "postponed"


def test_an_import_without_a_build_matches_nothing_yet(place: Place) -> None:
    data = place.odds("results", "import", table(place.folder, {}), "--no-build", "--json").data
    assert data == {
        "rows": 1,
        "landed": 1,
        "already_held": 0,
        "matched": None,
        "unmatched": None,
        "postponed": 0,
    }


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        pytest.param({"home_score": "four"}, "home_score must be a whole number", id="no number"),
        pytest.param({"status": "over"}, "one of final, postponed", id="unknown status"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_lands(
    place: Place, change: dict[str, str], complaint: str
) -> None:
    path = table(place.folder, {}, change)
    said = place.odds("results", "import", path, "--json")
    assert said.status == 2
    assert f"{path}, line 3: " in said.object["data"]["error"]
    assert complaint in said.err
    assert not place.warehouse.exists()
