"""How a person names a game, and sees its times and prices."""

import pytest

from tests.cli.conftest import Place

BUILT = "2026-07-10T19:00:00Z"


@pytest.mark.parametrize("command", ["show", "movement"])
def test_several_games_of_a_name_are_listed_with_their_ids(season: Place, command: str) -> None:
    said = season.odds(command, "Boston", "--as-of", BUILT)
    assert said.status == 2
    assert said.err.startswith("odds: 3 events are called 'Boston': ")
    for event_id in ("first", "second", "last"):
        assert f"{event_id} New York Yankees @ Boston Red Sox 2026-07-10" in said.err


@pytest.mark.parametrize("command", ["show", "movement"])
def test_a_game_is_found_by_the_name_of_its_teams(season: Place, command: str) -> None:
    """Late at night one game is under way: the one that is meant."""
    for words in (
        ["yankees"],
        ["red", "sox", "YANKEES"],
        ["yankees@red sox"],
        ["Boston 2026-07-10"],
    ):
        said = season.odds(command, *words, "--as-of", "2026-07-11T03:30:00Z", "--json")
        assert said.data["event"]["event_id"] == "last"


def test_a_name_of_no_game_is_answered_by_the_nearest(season: Place) -> None:
    said = season.odds("show", "bostn", "red", "sex", "--as-of", BUILT)
    assert said.status == 2
    assert "no event is called 'bostn red sex': did you mean Boston Red Sox?" in said.err
    said = season.odds("show", "yankees", "2026-07-12", "--as-of", BUILT)
    assert "there is one on 2026-07-10" in said.err


def test_odds_of_a_game_are_fetched_by_its_name(season: Place) -> None:
    words = ("fetch", "event-odds", "--dry-run", "--sport", "baseball_mlb", "--market", "totals")
    said = season.odds(*words, "--event", "boston", ODDS_AS_OF=BUILT)
    assert said.status == 2
    assert "--event: 3 events are called 'boston'" in said.err
    said = season.odds(*words, "--event", "0" * 32, "--json")
    assert "0" * 32 in said.data["requests"][0]["endpoint"]


@pytest.mark.parametrize(
    ("option", "wanted", "held"),
    [
        ("--market", "spreadz", "no market 'spreadz' of New York Yankees @ Boston Red Sox: there"
                                " are h2h, h2h_lay, spreads, totals"),
        ("--book", "pinnacle", "no bookmaker 'pinnacle' of New York Yankees @ Boston Red Sox: there"
                               " are bovada, draftkings, fanduel, matchbook"),
    ],
)  # fmt: skip
def test_movement_names_the_markets_and_books_it_has(
    season: Place, option: str, wanted: str, held: str
) -> None:
    said = season.odds("movement", "last", option, wanted, "--as-of", BUILT)
    assert (said.status, said.out) == (2, "")
    assert held in said.err


def test_movement_tells_a_spread_by_its_line_and_when(season: Place) -> None:
    words = ("movement", "last", "--market", "spreads", "--book", "fanduel", "--as-of", BUILT)
    out = season.odds(*words).out
    assert "spreads, Fri 10 Jul 12:00 to Fri 10 Jul 19:00 UTC (7.0 h)" in out
    (heading,) = [line for line in out.splitlines() if "outcome" in line]
    assert heading.split()[-2:] == ["line", "price"]
    (away,) = [line for line in out.splitlines() if "New York Yankees  " in line]
    changes = [
        row
        for row in season.odds(*words, "--json").data["changes"]
        if row["outcome_name"] == "New York Yankees"
    ]
    points = [row["point"] for row in changes]
    cells = [cell.strip() for cell in away.split("  ")]
    assert f"{points[0]:+g} 1.909" in away
    assert f"{min(points):+g}" in cells
    assert f"{max(points):+g}" in cells
    assert "Fri 10 Jul 12:00" in away
    assert len(set(points)) > 1
    plot = away.split()[-2]
    assert len(set(plot)) == len(set(points))


def test_the_board_for_programs_has_what_a_price_is_worth(season: Place) -> None:
    for as_of in ((), ("--as-of", BUILT), ("--as-of", "2026-07-10T15:00:00Z")):
        rows = season.odds("board", "--json", *as_of).data["rows"]
        assert rows
        for row in rows:
            is_exchange = row["bookmaker_key"] == "matchbook"
            assert 1 < row["net_decimal_price"] <= row["decimal_price"]
            assert (row["net_decimal_price"] < row["decimal_price"]) is is_exchange
            assert row["event_name"] == "New York Yankees @ Boston Red Sox"


def test_a_reader_chooses_the_zone_and_the_prices(season: Place) -> None:
    out = season.odds("board", "--as-of", BUILT, "--time-zone", "America/New_York",
                      "--prices", "american").out  # fmt: skip
    assert "Board as of 2026-07-10 15:00:00 EDT" in out
    assert "Fri 10 Jul 18:00 EDT" in out
    assert "price" in out
    assert "american" not in out
    assert not any(word.count(".") == 1 and word.startswith("1.9") for word in out.split())
    chosen = {"ODDS_TIME_ZONE": "Asia/Tokyo", "ODDS_PRICE_FORMAT": "decimal"}
    out = season.odds("show", "last", "--as-of", BUILT, **chosen).out
    assert "2026-07-11 07:00:00 JST" in out
    assert "american" not in out
    assert "start (Asia/Tokyo)" in season.odds("events", "--as-of", BUILT, **chosen).out
    # programs get what they always got
    for words in (("board",), ("show", "last"), ("movement", "last"), ("events",)):
        said = season.odds(*words, "--as-of", BUILT, "--json", **chosen)
        assert said.data == season.odds(*words, "--as-of", BUILT, "--json").data


def test_by_default_times_are_utc_and_prices_both(season: Place) -> None:
    out = season.odds("board", "--as-of", BUILT).out
    assert "Fri 10 Jul 22:00 UTC" in out
    assert "price" in out
    assert "american" in out


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("ODDS_PRICE_FORMAT", "fractional", "'both', 'decimal' or 'american'"),
        ("ODDS_TIME_ZONE", "Mars/Olympus", "give the name of a zone"),
    ],
)
def test_a_format_that_is_none_is_one_line(
    season: Place, name: str, value: str, complaint: str
) -> None:
    said = season.odds("board", **{name: value})
    assert (said.status, said.err.count("\n")) == (2, 1)
    assert said.err.startswith(f"odds: {name}: ")
    assert complaint in said.err


def test_a_zone_that_is_none_is_one_line(season: Place) -> None:
    said = season.odds("events", "--time-zone", "Mars/Olympus")
    assert said.status == 2
    assert "--time-zone: there is no zone 'Mars/Olympus'" in said.err


@pytest.mark.heavy
@pytest.mark.parametrize("words", [("status",), ("alerts", "list")])
def test_what_counts_from_the_last_build_says_so(season: Place, words: tuple[str, ...]) -> None:
    assert season.odds(*words, "--as-of", BUILT).err == ""
    assert season.odds(*words, ODDS_AS_OF=BUILT).err == ""
    warned = season.odds(*words, ODDS_AS_OF="2026-07-10T15:00:00Z").err
    assert "counts look from 2026-07-10 19:00:00 UTC, as the last build did" in warned
