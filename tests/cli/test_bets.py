"""`odds bets`, on a day of three games of the same two teams."""

from typing import Any

import pytest

from tests.cli.conftest import Place

HEADER = (
    "bet_id,placed_at,bookmaker,stake,sport,event_id,event,game_date,market,outcome,point,price"
)
PLACED = "2026-07-10T17:30:00Z"
AT = "2026-07-10T19:00:00Z"
LINES = (
    f"1,{PLACED},DK,25,MLB,first,,,Run Line,Boston Red Sox,-2.5,-105",
    f"2,{PLACED},FanDuel,10,MLB,,Yankees @ Red Sox,2026-07-10,Moneyline,Red Sox,,1.8",
    f"3,{PLACED},my friend,10,MLB,first,,,Total,Over 9,,+120",
    f"4,{PLACED},bovada,10,MLB,first,,,Moneyline,Red Sox,,1.95",
    "4,,,,MLB,last,,,Moneyline,New York Yankees,,2.1",
    f"5,{PLACED},bovada,10,MLB,first,,,Home runs,Somebody,,2.1",
)


@pytest.fixture
def bets(season_copy: Place) -> Place:
    mine = season_copy.folder / "mine.csv"
    mine.write_text("\n".join((HEADER, *LINES)) + "\n")
    return season_copy


def imported(place: Place, *words: object) -> dict[str, Any]:
    data: dict[str, Any] = place.odds(
        "bets", "import", place.folder / "mine.csv", *words, "--json", ODDS_AS_OF=AT
    ).data
    return data


def test_bets_are_imported_matched_listed_and_reported(bets: Place) -> None:
    data = imported(bets)
    assert (data["bets"], data["new"], data["already_held"]) == (5, 5, 0)
    assert {leg["bet_id"]: leg["unmatched_reason"] for leg in data["unmatched"]} == {
        "own:2": "several_events",
        "own:3": "unknown_book",
        "own:5": "unknown_market",
    }
    rows = {bet["bet_id"]: bet for bet in bets.odds("bets", "list", "--json").data["bets"]}
    spread, parlay = rows["own:1"], rows["own:4"]
    [leg] = spread["legs"]
    assert (leg["event_id"], leg["bookmaker_key"], leg["market_key"], leg["outcome_name"]) == (
        "first", "draftkings", "spreads", "Boston Red Sox",
    )  # fmt: skip
    assert spread["decimal_price"] == pytest.approx(1 + 100 / 105)
    assert (spread["status"], spread["pending_reason"]) == ("pending", "no_result")
    assert (parlay["bet_kind"], parlay["decimal_price"]) == ("parlay", pytest.approx(1.95 * 2.1))
    assert parlay["legs"][1]["clv_missing_reason_start"] == "not_started"
    assert rows["own:2"]["status"] == "unmatched"
    assert rows["own:3"]["status"] == "pending"
    report = bets.odds("bets", "report", "--json").data
    [book] = report["books"]
    assert (book["bets"], book["pending"], book["unmatched"]) == (5, 3, 2)
    assert (book["turnover"], book["yield_"], book["yield_low"]) == (0, None, None)
    assert [row["convention"] for row in report["conventions"]] == [
        "announced_start", "start", "in_play", "removal",
    ]  # fmt: skip
    assert "several_events" in bets.odds("bets", "list", "--unmatched").out
    assert "CLV by what the close is" in bets.odds("bets", "report").out


def test_a_file_that_is_wrong_lands_nothing(bets: Place) -> None:
    with (bets.folder / "mine.csv").open("a") as file:
        file.write(f"6,{PLACED},bovada,a lot,MLB,first,,,h2h,Red Sox,,2.1\n")
    said = bets.odds("bets", "import", "mine.csv", "--no-build", "--json")
    assert said.status == 2
    assert said.object["data"]["error"].startswith("mine.csv, line 8: stake must be an amount")
    assert bets.odds("bets", "list", "--json").data["bets"] == []


def test_a_leg_names_its_game_as_all_commands_do(bets: Place) -> None:
    add = ("bets", "add", "--book", "DK", "--stake", "5", "--no-build", "--json")
    assert bets.odds(*add, "--leg", "first|spreads|Red Sox|-2.5|-105").data["new"] == 1
    said = bets.odds(*add, "--leg", "yankees|spreads|Red Sox|-2.5|-105")
    assert said.status == 2
    assert "3 events are called 'yankees'" in said.object["data"]["error"]
    said = bets.odds(*add, "--leg", "first|spreads")
    assert "give event|market|outcome|point|price" in said.object["data"]["error"]
    said = bets.odds(*add, "--leg", "first|spreads|Red Sox|-2.5|105")
    assert "price '105' may be american or decimal" in said.object["data"]["error"]
    said = bets.odds("bets", "remove", "own:nobody", "--json")
    assert (said.status, said.object["data"]["error"][:12]) == (2, "there is no ")


def test_templates_are_what_import_reads(bets: Place) -> None:
    (bets.folder / "mine.csv").unlink()
    for name in ("mine.csv", "tracker.toml"):
        assert bets.odds("bets", "template", name).status == 0
    said = bets.odds("bets", "template", "mine.csv")
    assert (said.status, said.err) == (2, "odds: mine.csv: is there already\n")
    assert bets.odds("bets", "template", "mine.txt").status == 2
    assert imported(bets, "--no-build")["new"] == 2
    said = bets.odds("bets", "import", "mine.csv", "--mapping", "tracker.toml", "--no-build")
    assert said.status == 2
    assert "line 1: lacks Ticket" in said.err
