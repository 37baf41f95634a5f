"""`odds raw`: what is set aside, by hand and by a build, and what becomes of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.settings import PROJECT_DIR, Settings, load_settings
from ingestion.warehouse import Row, connect
from tests.cli.conftest import Place
from tests.dbt.broken_responses import plant
from tests.oracle.builder import AWAY, HOME, book, event, market, odds

AS_OF = "2026-07-10T19:00:00Z"
DBT = Path(sys.executable).with_name("dbt")


def settings_of(place: Place) -> Settings:
    return load_settings(odds_duckdb_path=place.warehouse, odds_data_dir=place.folder / "data")


def rows(place: Place, query: str, *parameters: object) -> list[Row]:
    with connect(settings_of(place)) as connection:
        return connection.rows(query, parameters)


def by_hand(place: Place) -> "subprocess.Popen[str]":
    """`dbt run` of the hot chain, from the folder of the project."""
    return place.start_program(
        DBT, "run", "--select", "tag:hot", "--project-dir", PROJECT_DIR, "--profiles-dir",
        PROJECT_DIR, ODDS_DUCKDB_PATH=str(place.warehouse),
    )  # fmt: skip


def quotes(place: Place) -> list[Row]:
    return rows(
        place,
        "select event_id, bookmaker_key, market_key, outcome_name, captured_at, decimal_price"
        " from marts.fct_odds order by all",
    )


@pytest.mark.heavy
def test_one_that_models_hold_is_taken_out_and_comes_back(season_copy: Place) -> None:
    assert season_copy.odds("raw", "list").out == "No response is set aside.\n"
    before = quotes(season_copy)
    ((shown,),) = rows(season_copy, "select max(response_id) from marts.fct_odds")

    words = ("raw", "quarantine", shown[:12], "--why", "of another\naccount", "--as-of", AS_OF)
    data = season_copy.odds(*words, "--json").data
    assert [row["response_id"] for row in data["responses"]] == [shown]
    assert rows(season_copy, "select 1 from marts.fct_odds where response_id = ?", shown) == []
    assert 0 < len(quotes(season_copy)) < len(before)

    (row,) = season_copy.odds("raw", "list", "--json").data["responses"]
    assert (row["response_id"], row["model"], row["error"]) == (shown, None, "of another account")
    assert "1 responses (`odds raw list`)" in season_copy.odds("status", ODDS_AS_OF=AS_OF).out
    checks = season_copy.odds("doctor", "--offline", "--json").object["data"]["checks"]
    assert {check["name"]: check["status"] for check in checks}["set aside"] == "warning"
    validate = ("validate", "--rule", "quarantined_response", "--as-of", AS_OF)
    assert "of another account" in season_copy.odds(*validate).out
    # its call was made and paid for all the same
    assert rows(season_copy, "select 1 from ops.fct_fetches where response_id = ?", shown)

    assert season_copy.odds("raw", "release", shown, "--as-of", AS_OF).status == 0
    assert quotes(season_copy) == before
    assert season_copy.odds("raw", "list").out == "No response is set aside.\n"
    (row,) = season_copy.odds("raw", "list", "--all", "--json").data["responses"]
    assert row["released_at"] is not None


@pytest.mark.heavy
def test_a_build_by_hand_that_fails_says_who_finds_the_response(season_copy: Place) -> None:
    broken = plant(settings_of(season_copy), "ab")
    hot = by_hand(season_copy)
    out, _ = hot.communicate(timeout=300)
    assert hot.returncode == 1
    assert "If one response is to blame: `odds raw quarantine --find`" in out

    said = season_copy.odds("raw", "quarantine", "--find", "--as-of", AS_OF, "--json")
    assert [row["response_id"] for row in said.data["responses"]] == [broken]
    assert any("set aside" in warning for warning in said.object["warnings"])


@pytest.mark.heavy
def test_what_is_set_aside_and_still_in_the_models_is_not_built_on(season_copy: Place) -> None:
    ((shown,),) = rows(season_copy, "select max(response_id) from marts.fct_odds")
    said = season_copy.odds("raw", "quarantine", shown, "--no-build", "--json")
    assert said.object["warnings"] == [
        "models hold something of it: the next build models everything anew"
    ]
    hot = by_hand(season_copy)
    out, _ = hot.communicate(timeout=300)
    assert "run `dbt build --full-refresh` once" in " ".join(out.split())
    plant(settings_of(season_copy), "ab", payload="[]", event_count=0)
    assert season_copy.odds("raw", "quarantine", "--find", "--as-of", AS_OF).status == 0
    assert rows(season_copy, "select 1 from marts.fct_odds where response_id = ?", shown) == []


def test_wrong_ids_are_told_in_a_line(season_copy: Place) -> None:
    ids = [row[0] for row in rows(season_copy, "select response_id from raw.api_responses")]
    shared = next(each[0] for each in ids if sum(other[0] == each[0] for other in ids) > 1)
    for words, meaning in (
        (("quarantine", "nobody"), "no response begins with 'nobody'"),
        (("release", "nobody"), "no response begins with 'nobody'"),
        (("release", ids[0]), "is not set aside"),
        (("quarantine", shared), "more than one response begins with"),
    ):
        said = season_copy.odds("raw", *words)
        assert said.status == 1
        assert meaning in said.err
        assert len(said.err.splitlines()) == 1
    for words in (("quarantine",), ("quarantine", ids[0], "--find")):
        assert season_copy.odds("raw", *words).status == 2
    assert json.loads(season_copy.odds("raw", "list", "--json").out)["data"] == {"responses": []}


def test_what_an_earlier_version_read_is_read_again(place: Place) -> None:
    word = event("a", "18:00", book("fanduel", market("h2h", {HOME: "EVEN", AWAY: -120})))  # type: ignore[dict-item]
    place.odds("replay", place.recording([odds("12:00", word)]), "--no-build")
    held = "select readable_payload, reading_notes, event_count from raw.api_responses"
    read = rows(place, held)
    assert read[0][1] is not None
    rows(place, "update raw.api_responses set readable_payload = null, reading_notes = null")
    assert place.odds("raw", "reread", "--no-build", "--json").data == {"changed": 1}
    assert rows(place, held) == read
    assert place.odds("raw", "reread", "--no-build", "--json").data == {"changed": 0}


def test_nothing_to_read_again_is_said_in_one_line(place: Place) -> None:
    said = place.odds("raw", "reread")
    assert said.status == 1
    assert "nothing was collected yet" in said.err
