from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion.bet_mapping import EXAMPLE, ExportMapping, read_mapping
from ingestion.bets import FIELDS, NEEDED, TEMPLATE, BetLeg, bets_of, read_bets
from ingestion.errors import OddsError, UsageError
from ingestion.pipelines import BetsSummary, import_bets, remove_bet
from ingestion.settings import Settings
from ingestion.warehouse import connect
from tests.conftest import postgres_is_heavy

NOW = datetime(2026, 2, 1, tzinfo=UTC)
LINE = {
    "bet_id": "1",
    "placed_at": "2026-01-31T17:05:00-05:00",
    "bookmaker": "draftkings",
    "stake": "25",
    "market": "spreads",
    "outcome": "Boston Celtics",
    "point": "-4.5",
    "price": "-110",
}


def legs_of(*lines: dict[str, str], mapping: ExportMapping | None = None) -> list[BetLeg]:
    return bets_of(
        {number: LINE | line for number, line in enumerate(lines, start=2)},
        mapping or ExportMapping(),
        where="line ",
    )


def landed(settings: Settings, *lines: dict[str, str]) -> BetsSummary:
    return import_bets(legs_of(*lines), settings, now=lambda: NOW)


def held(settings: Settings) -> list[tuple[Any, ...]]:
    with connect(settings) as connection:
        return connection.rows(
            "select bet_id, version, leg_number, stake, status from raw.bets"
            " order by bet_id, version, leg_number"
        )


def test_the_template_is_a_file_that_can_be_imported(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(TEMPLATE)
    single, first, second = read_bets(path, ExportMapping())
    assert (single.bet_id, single.leg_count, single.point, single.price) == (
        "own:1", 1, -4.5, "-110",
    )  # fmt: skip
    assert single.placed_at == datetime(2026, 1, 31, 22, 5, tzinfo=UTC)
    assert (first.bet_id, first.total_price, first.stake) == ("own:2", "+260", 10)
    assert (second.bookmaker, second.leg_number, second.leg_count) == ("FanDuel", 2, 2)
    assert TEMPLATE.splitlines()[0].split(",") == list(FIELDS)


def test_an_export_is_read_by_its_mapping(tmp_path: Path) -> None:
    mapping = tmp_path / "tracker.toml"
    mapping.write_text(EXAMPLE)
    export = tmp_path / "export.csv"
    export.write_text(
        "Ticket,Date Placed,Sportsbook,Risk,Event,Bet Type,Selection,Odds,Result\n"
        '77,01/31/2026 05:05 PM,FanDuel,"$1,250.50",Lakers @ Celtics,Total,'
        "Over 221½,+105,Win\n"
    )
    [leg] = read_bets(export, read_mapping(mapping, fields=FIELDS))
    assert leg.bet_id == "tracker:77"
    assert leg.placed_at == datetime(2026, 1, 31, 22, 5, tzinfo=UTC)
    assert (leg.stake, leg.currency, leg.sport) == (1250.5, "USD", "basketball_nba")
    assert (leg.outcome, leg.point, leg.price, leg.status) == ("Over", 221.5, "+105", "won")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"placed_at": ""}, "placed_at must not be empty"),
        ({"placed_at": "2026-01-31T17:05:00"}, "placed_at must be a time with its zone"),
        ({"placed_at": "yesterday"}, "placed_at must be a time with its zone"),
        ({"bookmaker": " "}, "bookmaker must not be empty"),
        ({"stake": "-5"}, "stake must be an amount"),
        ({"stake": "0"}, "stake must be more than 0"),
        ({"stake": "nan"}, "stake must be an amount"),
        ({"price": "150"}, "price '150' may be american or decimal: write \\+150 or 150.0"),
        ({"price": "1.0"}, "price must be decimal such as 1.91 or american such as -110"),
        ({"price": "-50"}, "price must be decimal such as 1.91 or american such as -110"),
        ({"price": "5/2"}, "price must be decimal such as 1.91 or american such as -110"),
        ({"price": ""}, "price must not be empty"),
        ({"point": "a lot"}, "point must be a number such as -4.5"),
        ({"status": "winner"}, "status must be pending, won"),
        ({"status": "cashed_out"}, "payout must say what a bet that was cashed out paid"),
        ({"payout": "much"}, "payout must be an amount"),
        ({"currency": "dollars"}, "currency must be a code such as USD"),
        ({"is_free_bet": "maybe"}, "is_free_bet must be true or false"),
        ({"game_date": "31.1.2026"}, "game_date must be a date such as 2026-01-31"),
        ({"starts_at": "at noon"}, "starts_at must be a time with its zone"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=f"line 3: {said}"):
        legs_of({}, wrong | {"bet_id": "2"})


def test_legs_of_one_bet_must_agree_on_what_it_is() -> None:
    with pytest.raises(UsageError, match="line 3: stake is '30', and of the first leg of this bet"):
        legs_of({}, {"stake": "30"})


def test_a_file_without_a_column_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    with pytest.raises(UsageError, match="no such file"):
        read_bets(path, ExportMapping())
    path.write_text("placed_at,bookmaker\n")
    with pytest.raises(UsageError, match="line 1: lacks stake, market, outcome"):
        read_bets(path, ExportMapping())
    path.write_text(",".join(NEEDED) + "\nonly,two\n")
    with pytest.raises(UsageError, match="line 2: has more or fewer fields"):
        read_bets(path, ExportMapping())
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not a CSV file in UTF-8"):
        read_bets(path, ExportMapping())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns = ", "no TOML"),
        ("colums = {}", "colums: Extra inputs are not permitted"),
        ("[columns]\nbet = 'Ticket'", r"\[columns\] bet: no column of ours"),
        ("[values.status]\nWin = 1", "values.status.Win"),
        ("time_zone = 'Boston'", "time_zone: there is no zone 'Boston'"),
        ("delimiter = ';;'", "delimiter"),
    ],
)
def test_a_mapping_that_means_nothing_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "tracker.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=said):
        read_mapping(path, fields=FIELDS)


def test_a_bet_without_an_id_is_the_same_whatever_became_of_it_since() -> None:
    [before] = legs_of({"bet_id": ""})
    [after] = legs_of({"bet_id": "", "status": "won", "payout": "47.73", "note": "at last"})
    assert before.bet_id == after.bet_id
    assert before.said() != after.said()


def test_two_bets_without_an_id_that_say_the_same_are_two() -> None:
    one, other = legs_of({"bet_id": ""}, {"bet_id": ""})
    assert one.bet_id != other.bet_id
    assert (one.leg_count, other.leg_count) == (1, 1)


@postgres_is_heavy
def test_bets_land_once_and_corrections_are_versions(settings: Settings) -> None:
    assert landed(settings, {}) == BetsSummary(bets=1, new=1, corrected=0, already_held=0)
    assert landed(settings, {}) == BetsSummary(bets=1, new=0, corrected=0, already_held=1)
    assert landed(settings, {"stake": "30"}).corrected == 1
    # and back again
    assert landed(settings, {}).corrected == 1
    assert [(row[1], row[3]) for row in held(settings)] == [(1, 25), (2, 30), (3, 25)]


@postgres_is_heavy
def test_what_was_taken_back_is_not_brought_back_by_the_same_file(settings: Settings) -> None:
    landed(settings, {}, {"bet_id": "2"})
    remove_bet("own:1", settings, now=lambda: NOW)
    assert landed(settings, {}, {"bet_id": "2"}).already_held == 2
    assert held(settings)[1][4] == "deleted"
    with pytest.raises(UsageError, match="there is no bet 'own:1'"):
        remove_bet("own:1", settings, now=lambda: NOW)
    # what was told of it since is news
    assert landed(settings, {"stake": "26"}).corrected == 1


@postgres_is_heavy
def test_a_table_of_ones_own_by_that_name_is_left_alone(settings: Settings) -> None:
    with connect(settings) as connection:
        connection.rows("create schema raw")
        connection.rows("create table raw.bets (bet_id text)")
    with pytest.raises(OddsError, match=r"raw\.bets is a table of your own"):
        landed(settings, {})
