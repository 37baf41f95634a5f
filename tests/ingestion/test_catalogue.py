import csv
from zoneinfo import ZoneInfo

import pytest

from ingestion.errors import UsageError
from ingestion.odds_api.catalogue import SEEDS_DIR, known
from ingestion.odds_api.endpoints import REGIONS


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS_DIR / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["sports", "bookmakers", "markets", "fetch_tiers"])
def test_a_seed_names_each_key_once(name: str) -> None:
    keys = [next(iter(row.values())) for row in seed(name)]
    assert len(keys) == len(set(keys)) > 0


@pytest.mark.parametrize("name", ["sports", "bookmakers", "markets", "fetch_tiers", "team_aliases"])
def test_a_seed_has_no_ragged_or_padded_row(name: str) -> None:
    for row in seed(name):
        assert None not in row
        assert all(value is not None and value == value.strip() for value in row.values())


def test_every_key_the_price_of_a_call_depends_on_is_known() -> None:
    catalogue = known()
    featured = {key for key, market in catalogue.markets.items() if market.is_featured}
    assert featured == {"h2h", "spreads", "totals", "outrights", "h2h_lay", "outrights_lay"}
    assert {"basketball_nba", "soccer_epl", "baseball_kbo"} <= set(catalogue.sports)
    assert {"pinnacle", "williamhill_us", "novig"} <= set(catalogue.bookmakers)
    assert "circasports" not in catalogue.bookmakers


def test_every_region_of_a_book_is_one_the_api_has() -> None:
    for row in seed("bookmakers"):
        regions = row["regions"].split("|") if row["regions"] else []
        assert set(regions) <= set(REGIONS)
        assert (not regions) == (row["is_retired"] == "true"), row["bookmaker_key"]


def test_pinnacle_is_in_europe_and_caesars_has_its_own_key() -> None:
    regions = {row["bookmaker_key"]: row["regions"] for row in seed("bookmakers")}
    assert regions["pinnacle"] == "eu"
    assert regions["betonlineag"] == "us|eu"
    assert known().bookmakers["williamhill_us"].title == "Caesars"


def test_only_an_exchange_takes_a_commission() -> None:
    for row in seed("bookmakers"):
        rate = float(row["commission_rate"])
        assert 0 <= rate < 0.1
        assert rate == 0 or row["kind"] == "exchange", row["bookmaker_key"]


def test_a_sport_has_a_zone_and_times_that_make_sense() -> None:
    for row in seed("sports"):
        assert ZoneInfo(row["time_zone"])
        assert 0 < float(row["settle_after_hours"]) <= float(row["max_duration_hours"])
        is_outright = row["is_outright"] == "true"
        assert row["h2h_outcome_count"] == ("" if is_outright else "3" if is_soccer(row) else "2")


def is_soccer(row: dict[str, str]) -> bool:
    return row["sport_key"].startswith("soccer_")


def test_a_market_with_many_lines_says_so_by_its_name() -> None:
    for row in seed("markets"):
        key = row["market_key"]
        by_name = key.startswith("alternate_") or key.endswith("_alternate")
        assert (row["has_many_lines"] == "true") == by_name, key


def test_every_base_market_is_a_market_and_only_lay_markets_have_another() -> None:
    rows = {row["market_key"]: row for row in seed("markets")}
    for key, row in rows.items():
        assert row["base_market_key"] in rows
        assert (row["base_market_key"] != key) == (row["is_lay"] == "true")


def test_the_tiers_cover_every_hour_before_the_start_once() -> None:
    tiers = sorted(seed("fetch_tiers"), key=lambda row: float(row["from_hours"]))
    assert [row["from_hours"] for row in tiers] == ["0", "3", "12", "24", "72"]
    assert [row["to_hours"] for row in tiers] == ["3", "12", "24", "72", ""]
    assert [row["interval_minutes"] for row in tiers] == ["30", "180", "720", "1440", "2880"]


def test_an_alias_names_one_team_and_is_no_team_itself() -> None:
    rows = seed("team_aliases")
    aliases = [(row["sport_key"], row["alias"]) for row in rows]
    assert len(aliases) == len(set(aliases))
    assert not set(aliases) & {(row["sport_key"], row["team_name"]) for row in rows}
    assert {row["sport_key"] for row in rows} <= set(known().sports)


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("draftking", "draftkings"), ("Pinnacle", "pinnacle"), ("caesars", "williamhill_us")],
)
def test_a_wrong_bookmaker_is_answered_with_the_one_that_was_meant(wrong: str, meant: str) -> None:
    with pytest.raises(UsageError, match=f"did you mean .*{meant}"):
        known().bookmaker(wrong)


def test_a_bookmaker_like_no_other_is_answered_with_the_place_to_add_it() -> None:
    with pytest.raises(UsageError, match=r"needs a row in dbt_project/seeds/bookmakers\.csv"):
        known().bookmaker("zzzzzz")


def test_a_retired_bookmaker_is_known_in_history_only() -> None:
    assert known().bookmaker("barstool", in_history=True).title == "Barstool Sportsbook"
    with pytest.raises(UsageError, match="history only"):
        known().bookmaker("barstool")
