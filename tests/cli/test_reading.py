import hashlib
from datetime import datetime
from typing import Any

import pytest

from tests.cli.conftest import Place
from tests.oracle.small_season import small_season

BUILT = "2026-07-10T19:00:00Z"
PRICE_COLUMNS = {
    "event_id", "sport_key", "starts_at", "home_team", "away_team", "market_key", "outcome_name",
    "outcome_description", "point", "decimal_price", "american_price", "bookmaker_key",
    "bookmaker_count", "captured_at", "age_minutes",
    "net_decimal_price",
    "event_name",
    "fair_probability", "fair_decimal_price", "ev_default", "ev_worst_case", "ev_error",
    "reference_count", "consensus_probability", "consensus_decimal_price", "consensus_count",
}  # fmt: skip


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def board(place: Place, *words: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = place.odds("board", "--json", *words).data["rows"]
    return rows


def without_age(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "age_minutes"} for row in rows]


def test_the_board_shows_games_that_have_not_started_when_it_was_built(season: Place) -> None:
    said = season.odds("board", "--json")
    assert said.object["as_of"] == BUILT
    rows = said.data["rows"]
    assert {row["event_id"] for row in rows} == {"second", "last"}
    for row in rows:
        assert set(row) == PRICE_COLUMNS
        assert moment(row["captured_at"]) <= moment(BUILT) < moment(row["starts_at"])
        assert 0 <= row["age_minutes"] <= 10
        assert not row["market_key"].endswith("_lay")


def test_the_board_of_the_moment_of_the_build_is_the_board(season: Place) -> None:
    now, then = board(season), board(season, "--as-of", BUILT)
    assert len(now) == len(then) > 10
    assert without_age(now) == without_age(then)
    for one, other in zip(now, then, strict=True):
        assert one["age_minutes"] == pytest.approx(other["age_minutes"])


def test_an_earlier_board_shows_what_stood_then_and_writes_nothing(season: Place) -> None:
    before = hashlib.sha256(season.warehouse.read_bytes()).hexdigest()
    said = season.odds("board", "--json", "--as-of", "2026-07-10T13:05:00Z")
    assert said.object["as_of"] == "2026-07-10T13:05:00Z"
    rows = said.data["rows"]
    assert {row["event_id"] for row in rows} == {"first", "second", "last"}
    assert all(moment(row["captured_at"]) <= moment("2026-07-10T13:05:00Z") for row in rows)
    assert hashlib.sha256(season.warehouse.read_bytes()).hexdigest() == before


def test_a_board_from_before_the_first_snapshot_is_empty(season: Place) -> None:
    said = season.odds("board", "--as-of", "2026-07-01T00:00:00Z")
    assert (said.status, said.out) == (
        0,
        "No prices of games to come, as of 2026-07-01 00:00:00 UTC.\n",
    )


def test_filters_narrow_the_board(season: Place) -> None:
    everything = board(season)
    assert board(season, "--market", "totals") == [
        row for row in everything if row["market_key"] == "totals"
    ]
    assert board(season, "--sport", "baseball_mlb") == everything


def test_a_key_nobody_knows_is_wrong_use_and_a_known_one_without_games_is_not(
    season: Place,
) -> None:
    said = season.odds("board", "--sport", "baseball")
    assert said.status == 2
    assert "baseball_mlb" in said.err
    assert season.odds("board", "--market", "h2hh").status == 2
    assert season.odds("events", "--sport", "nba").status == 2
    assert board(season, "--sport", "icehockey_nhl") == []


def test_an_old_build_is_warned_of(season: Place) -> None:
    said = season.odds("board", "--json")
    (warning,) = said.object["warnings"]
    assert "run `dbt build`" in warning
    assert warning in said.err


def test_the_page_shows_a_table_per_game(season: Place) -> None:
    out = season.odds("board").out
    assert out.startswith("Board as of 2026-07-10 19:00:00 UTC\n")
    assert out.count("New York Yankees @ Boston Red Sox · ") == 2
    assert "\x1b" not in out


def test_events_are_those_to_come_and_under_way_unless_all_are_wanted(season: Place) -> None:
    def status(*words: str) -> dict[str, str]:
        rows = season.odds("events", "--json", *words).data["rows"]
        return {row["event_id"]: row["status"] for row in rows}

    assert status("--as-of", "2026-07-10T12:30:00Z") == dict.fromkeys(
        ["first", "second", "last"], "scheduled"
    )
    assert status("--as-of", BUILT) == {
        "first": "live",
        "second": "scheduled",
        "last": "scheduled",
    }
    assert status("--as-of", "2026-07-12T00:00:00Z") == {}
    assert set(status("--all", "--as-of", "2026-07-12T00:00:00Z").values()) == {"unknown"}
    assert status("--all", "--as-of", "2026-07-09T00:00:00Z") == {}


def test_show_tells_the_prices_of_a_game_to_come(season: Place) -> None:
    data = season.odds("show", "last", "--json", "--as-of", BUILT).data
    assert data["event"]["status"] == "scheduled"
    assert data["closing_lines"] == []
    assert data["best_prices"] == [row for row in board(season, "--as-of", BUILT)
                                   if row["event_id"] == "last"]  # fmt: skip


def test_show_tells_how_every_book_closed_on_a_game_that_started(season: Place) -> None:
    said = season.odds("show", "first", "--json", "--as-of", BUILT)
    data = said.data
    assert data["best_prices"] == []
    closes = data["closing_lines"]
    assert {close["bookmaker_key"] for close in closes} >= {"draftkings", "fanduel", "bovada"}
    for close in closes:
        has_price = close["decimal_price"] is not None
        assert has_price is (close["missing_reason"] is None)
        if has_price:
            assert 0 < close["minutes_before_start"] <= 60
    assert "before start" in season.odds("show", "first", "--as-of", BUILT).out


def test_movement_lists_every_change_and_plots_it(season: Place) -> None:
    words = ("movement", "last", "--as-of", BUILT)
    data = season.odds(*words, "--json").data
    changes = data["changes"]
    assert all(moment(row["valid_from"]) <= moment(BUILT) for row in changes)
    keys = [(row["market_key"], row["outcome_name"], row["bookmaker_key"]) for row in changes]
    assert len(set(keys)) < len(keys)
    out = season.odds(*words).out
    assert any(block in out for block in "▁▂▃▄▅▆▇█")


def test_movement_can_be_of_one_market_and_book(season: Place) -> None:
    words = ("movement", "last", "--market", "totals", "--book", "fanduel", "--json")
    changes = season.odds(*words).data["changes"]
    assert {(row["market_key"], row["bookmaker_key"]) for row in changes} == {("totals", "fanduel")}


@pytest.mark.parametrize("command", ["show", "movement"])
def test_an_event_id_may_be_cut_short_but_not_wrong(season: Place, command: str) -> None:
    assert season.odds(command, "sec").status == 0
    said = season.odds(command, "third")
    assert said.status == 2
    assert "`odds events --all` lists them" in said.err


def test_a_replayed_season_used_no_credits(season: Place) -> None:
    data = season.odds("quota", "--json", "--as-of", "2026-07-20T00:00:00Z").data
    assert data == {
        "used": 0,
        "remaining": None,
        "granted": 500,
        "reserved": 0,
        "in_flight": 0,
        "held_for_closes": 0,
        "forecast": 0,
        "state": "normal",
        "calls": 0,
        "last_call_at": None,
        "resets_at": "2026-08-01T00:00:00Z",
    }


def test_db_stats_count_the_rows_and_bytes_of_every_table(season: Place) -> None:
    data = season.odds("db", "stats", "--json").data
    tables = {table["name"]: table for table in data["tables"]}
    lines = len(small_season())
    assert tables["raw.api_responses"]["rows"] == lines
    assert tables["intermediate.int_processed_responses"]["rows"] == lines
    assert all(table["bytes"] >= 0 for table in tables.values())
    assert tables["raw.api_responses"]["bytes"] > 0
    assert 0 < data["bytes"] <= season.warehouse.stat().st_size


def test_times_come_with_a_z(season: Place) -> None:
    for row in board(season):
        assert row["starts_at"].endswith("Z")
