from pathlib import Path

import pytest

from tests.cli.conftest import Place

EVENT = "0123456789abcdef0123456789abcdef"
WRONG = [
    pytest.param("board --target oracle", "'oracle' is not one of", id="unknown target"),
    pytest.param("board --as-of yesterday", "--as-of: 'yesterday'", id="no time"),
    pytest.param("board --as-of 2026-01-31T18:00:00", "with a zone", id="a time without a zone"),
    pytest.param("bord", "No such command 'bord'", id="unknown command"),
    pytest.param("board --sprot x", "--sprot", id="unknown option"),
    pytest.param("fetch odds --dry-run --sport nba", "did you mean basketball_nba", id="sport"),
    pytest.param("fetch odds --dry-run --market player_points", "--event", id="a market per event"),
    pytest.param("fetch odds", "ODDS_API_KEY is not set", id="no key"),
    pytest.param("fetch scores --dry-run --days-from 9", "1, 2 or 3", id="too many days"),
    pytest.param("fetch event-odds --dry-run --sport basketball_nba", "--event", id="no event"),
    pytest.param(
        "fetch event-odds --dry-run --sport basketball_nba --event 7", "32 hex", id="event id"
    ),
    pytest.param("replay", "PATH", id="no path"),
    pytest.param("replay missing.jsonl", "missing.jsonl: no such file", id="no such file"),
    pytest.param("replay .", "a folder", id="a folder"),
    pytest.param("results import", "CSV", id="no table"),
    pytest.param("results import missing.csv", "no such file", id="no such table"),
    pytest.param("demo --days 0", "--days is 0", id="no days"),
    pytest.param("demo --as-of 2026-01-31T18:00:00Z", "a demo ends now", id="a demo in the past"),
    pytest.param("show", "EVENT", id="no event to show"),
    pytest.param("movement", "EVENT", id="no event to follow"),
    pytest.param("quota --as-of 1", "--as-of: '1'", id="quota at no time"),
    pytest.param("config --as-of 1", "--as-of: '1'", id="config at no time"),
    pytest.param("events --as-of 1", "--as-of: '1'", id="events at no time"),
    pytest.param("db stats --target x", "'x' is not one of", id="db of no target"),
]


@pytest.mark.parametrize(("words", "complaint"), WRONG)
def test_wrong_use_is_told_in_one_line_and_as_json(
    place: Place, words: str, complaint: str
) -> None:
    said = place.odds(*words.split(), "--json")
    assert said.status == 2
    assert complaint in said.err
    assert said.err.count("\n") == 1
    assert said.object["data"]["error"] in said.err
    assert not place.warehouse.exists()


def test_a_group_without_its_command_is_wrong_use(place: Place) -> None:
    said = place.odds("fetch")
    assert (said.status, said.out) == (2, "")
    assert said.err == "odds: Missing command. (`odds fetch --help` shows how)\n"


def test_a_wrong_setting_names_its_variable(place: Place) -> None:
    said = place.odds("config", ODDS_LOG_LEVEL="loud")
    assert (said.status, said.out) == (2, "")
    assert "ODDS_LOG_LEVEL" in said.err


def test_without_a_command_it_shows_the_commands(place: Place) -> None:
    said = place.odds()
    assert said.status == 0
    assert "movement" in said.out


@pytest.mark.parametrize("words", ["board", "events", "show 1", "movement 1", "quota", "db stats"])
def test_reading_without_a_warehouse_says_how_to_fill_one_and_makes_none(
    place: Place, words: str
) -> None:
    said = place.odds(*words.split(), "--json")
    assert said.status == 1
    assert "run `odds demo`" in said.object["data"]["error"]
    assert list(place.folder.iterdir()) == []


def test_config_masks_every_secret(place: Place) -> None:
    secrets = {
        "ODDS_API_KEY": "f00dfacef00dfacef00dfacef00dface",
        "PGPASSWORD": "opensesame",
        "ODDS_API_BASE_URL": "http://someone:hushhush@localhost",
    }
    for words in (["config"], ["config", "--json"]):
        said = place.odds(*words, **secrets)
        assert said.status == 0
        for secret in ("f00dface", "opensesame", "hushhush"):
            assert secret not in said.out + said.err
    assert said.data["ODDS_API_KEY"] == "********"
    assert said.data["ODDS_SPORTS"] == ["basketball_nba"]


def test_config_says_where_nothing_is_set(place: Place, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ODDS_SPORTS=icehockey_nhl\nODDS_DATA_DIR=elsewhere\n")
    data = place.odds("config", "--target", "postgres", "--json").data
    assert data["ODDS_API_KEY"] is None
    assert (data["ODDS_SPORTS"], data["ODDS_DATA_DIR"]) == (
        ["icehockey_nhl"],
        str(tmp_path / "elsewhere"),
    )
    assert data["ODDS_TARGET"] == "postgres"
