"""Seeds are numbers others depend on: what they say, row by golden row, and where that is from.

A seed that is edited by mistake fails no unit test, since those bring rows of their own. What is a
choice of ours and no fact stands here too, so that changing it is a decision.
"""

import csv
from itertools import pairwise
from zoneinfo import available_timezones

import pytest

from ingestion.settings import PROJECT_DIR

SEEDS = PROJECT_DIR / "dbt_project" / "seeds"
Golden = dict[str, dict[str, str]]
# what each settles by, and how long it takes; leagues play where they play
SPORTS: Golden = {
    # a game takes 3:10 h, over all its overtimes less than five
    "americanfootball_nfl": {
        "time_zone": "America/New_York",
        "max_duration_hours": "5",
        "settle_after_hours": "4",
        "h2h_outcome_count": "2",
    },
    # 2:15 h without overtime
    "basketball_nba": {
        "time_zone": "America/New_York",
        "max_duration_hours": "4",
        "settle_after_hours": "3",
        "h2h_outcome_count": "2",
    },
    # 2:40 h since the pitch clock, 6:40 h the longest of 2023 to 2025
    "baseball_mlb": {
        "time_zone": "America/New_York",
        "max_duration_hours": "7",
        "settle_after_hours": "4",
        "h2h_outcome_count": "2",
    },
    "baseball_kbo": {"time_zone": "Asia/Seoul", "settle_after_hours": "4"},
    "icehockey_nhl": {"settle_after_hours": "3.5", "h2h_outcome_count": "2"},
    # 90 minutes and a draw
    "soccer_epl": {
        "time_zone": "Europe/London",
        "settle_after_hours": "2.5",
        "h2h_outcome_count": "3",
    },
    "soccer_brazil_campeonato": {"time_zone": "America/Sao_Paulo", "h2h_outcome_count": "3"},
    "golf_masters_tournament_winner": {"is_outright": "true", "h2h_outcome_count": ""},
}
# the vendor's list of bookmakers (regions), the houses' own terms (commission), who owns whom
BOOKS: Golden = {
    "pinnacle": {"kind": "sharp", "regions": "eu", "commission_rate": "0"},
    # one house, two skins
    "lowvig": {"kind": "sharp", "book_group": "betonlineag", "commission_rate": "0"},
    "betonlineag": {"kind": "sharp", "book_group": "betonlineag"},
    # 5 % of net winnings, the base rate of its terms
    "betfair_ex_eu": {"kind": "exchange", "commission_rate": "0.05", "book_group": "betfair_ex"},
    "betfair_ex_uk": {"kind": "exchange", "commission_rate": "0.05", "book_group": "betfair_ex"},
    "betfair_ex_au": {"kind": "exchange", "commission_rate": "0.05", "book_group": "betfair_ex"},
    # 2 % of net winnings each
    "smarkets": {"kind": "exchange", "commission_rate": "0.02"},
    "matchbook": {"kind": "exchange", "commission_rate": "0.02"},
    "novig": {"kind": "exchange", "commission_rate": "0"},
    "draftkings": {"kind": "retail", "regions": "us", "commission_rate": "0"},
    # fixed payouts are no prices
    "prizepicks": {"kind": "dfs", "regions": "us_dfs"},
    "underdog": {"kind": "dfs"},
}
# the vendor's list of markets
MARKETS: Golden = {
    "h2h": {"market_kind": "moneyline", "outcome_set": "two_way", "is_featured": "true"},
    "h2h_3_way": {"market_kind": "moneyline", "outcome_set": "three_way"},
    "h2h_lay": {"is_lay": "true", "base_market_key": "h2h"},
    "spreads": {"market_kind": "spread", "outcome_set": "mirrored_points", "period": "game"},
    "alternate_spreads": {"outcome_set": "mirrored_points", "has_many_lines": "true"},
    "totals": {"market_kind": "total", "outcome_set": "over_under", "has_many_lines": "false"},
    "team_totals": {"market_kind": "team_total", "outcome_set": "over_under"},
    "player_points": {"market_kind": "prop", "outcome_set": "over_under"},
    # corners and cards are no goals: the score does not settle them
    "alternate_spreads_corners": {"market_kind": "other"},
    # nor does the final score settle a quarter
    "h2h_q1": {"market_kind": "moneyline", "period": "q1"},
    "alternate_spreads_h1": {"market_kind": "spread", "period": "h1"},
}
# whole seeds that are choices of ours: docs/decisions.md and the architecture say why
TIERS = [
    ("opening", "72", "", "2880"),
    ("early", "24", "72", "1440"),
    ("sharp", "12", "24", "720"),
    ("pregame", "3", "12", "180"),
    ("closing", "0", "3", "30"),
]
MOMENTS = [
    ("72h", "72", "2880"),
    ("48h", "48", "2880"),
    ("24h", "24", "1440"),
    ("12h", "12", "720"),
    ("6h", "6", "240"),
    ("3h", "3", "180"),
    ("1h", "1", "60"),
]
WEIGHTS = [
    ("sharp", "1"),
    ("exchange", "0.6"),
    ("retail", "0.15"),
    ("unknown", "0.05"),
    ("dfs", "0"),
]
SHARP = [
    ("1", "pinnacle"),
    ("2", "novig"),
    ("3", "prophetx"),
    ("4", "kalshi"),
    ("5", "betfair_ex_eu"),
    ("6", "betfair_ex_uk"),
    ("7", "betfair_ex_au"),
    ("8", "matchbook"),
    ("9", "smarkets"),
    ("10", "lowvig"),
    ("11", "betonlineag"),
]
WHOLE = {
    "fetch_tiers": TIERS,
    "price_moments": MOMENTS,
    "consensus_weights": WEIGHTS,
    "sharp_references": SHARP,
}
# by kind of book and market: below, and above, something is wrong with a price
BANDS = {
    ("sharp", "spread"): ("0.005", "0.1"),
    ("exchange", "moneyline"): ("-0.05", "1"),
    ("retail", "moneyline"): ("0.005", "0.2"),
    ("retail", "total"): ("0.005", "0.15"),
    ("retail", "prop"): ("0.005", "0.4"),
    ("unknown", "spread"): ("0", "0.3"),
}
# standard deviations of results around the closing line. NFL margins: 13.2 around the line of 2000
# to 2023 (Stern 1991 has 13.86 for the eighties); NBA margins 12, totals 18; MLB runs 4.4
PRIORS = {
    ("americanfootball_nfl", "margin"): "13.2",
    ("americanfootball_nfl", "total"): "13.5",
    ("basketball_nba", "margin"): "12",
    ("basketball_nba", "total"): "18",
    ("baseball_mlb", "margin"): "4.4",
    ("icehockey_nhl", "margin"): "2.45",
}
# rule: severity, threshold
RULES = {
    "outlier_price": ("warn", "6"),
    "outlier_point": ("warn", "5"),
    "price_jump": ("warn", "1"),
    "overround_not_positive": ("error", "0"),
    "market_updated_in_future": ("warn", "10"),
    "duplicate_event": ("warn", "60"),
    "credits_mismatch": ("error", "0"),
    "missing_close": ("warn", ""),
    "impossible_price": ("error", ""),
}
ALERTS = {
    "job_failing": ("error", "3"),
    "daily_build_failing": ("error", "1"),
    "calls_missed": ("warning", "1"),
    "quota_half": ("info", "0.5"),
    "quota_throttled": ("warning", "0.8"),
    "quota_low": ("error", "0.95"),
    "missed_close": ("warning", "0.2"),
    "stale_feed": ("error", "180"),
    "result_about_to_be_lost": ("error", "12"),
    "positive_ev": ("info", "0.03"),
    "arbitrage": ("info", "0.01"),
    "large_move": ("info", "0.05"),
}


def rows(seed: str) -> list[dict[str, str]]:
    with (SEEDS / f"{seed}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("seed", "key", "golden"),
    [
        ("sports", "sport_key", SPORTS),
        ("bookmakers", "bookmaker_key", BOOKS),
        ("markets", "market_key", MARKETS),
    ],
)
def test_golden_rows(seed: str, key: str, golden: Golden) -> None:
    found = {row[key]: row for row in rows(seed)}
    assert {
        name: {column: found[name][column] for column in expected}
        for name, expected in golden.items()
    } == golden


@pytest.mark.parametrize("seed", WHOLE)
def test_what_is_chosen_stands_as_it_was_chosen(seed: str) -> None:
    assert [tuple(row.values()) for row in rows(seed)] == WHOLE[seed]


def test_thresholds_and_deviations() -> None:
    bands = {(r["kind"], r["market_kind"]): (r["low"], r["high"]) for r in rows("overround_bands")}
    assert {key: bands[key] for key in BANDS} == BANDS
    priors = {
        (row["sport_key"], row["score_kind"]): row["standard_deviation"]
        for row in rows("score_priors")
    }
    assert {key: priors[key] for key in PRIORS} == PRIORS
    for seed, expected in (("quality_rules", RULES), ("alert_rules", ALERTS)):
        found = {row["rule_id"]: (row["severity"], row["threshold"]) for row in rows(seed)}
        assert {key: found[key] for key in expected} == expected


def test_a_sport_is_of_a_place_and_over_before_it_must_be() -> None:
    """Results are public after the usual length of a game, not after the longest."""
    for row in rows("sports"):
        assert row["time_zone"] in available_timezones()
        usual, longest = float(row["settle_after_hours"]), float(row["max_duration_hours"])
        assert 2 <= usual <= longest, row["sport_key"]
        is_soccer = row["sport_group"] == "Soccer"
        if row["is_outright"] == "false":
            assert row["h2h_outcome_count"] == ("3" if is_soccer else "2"), row["sport_key"]


def test_tiers_leave_no_hour_out() -> None:
    tiers = rows("fetch_tiers")
    for farther, nearer in pairwise(tiers):
        assert farther["from_hours"] == nearer["to_hours"]
    assert (tiers[0]["to_hours"], tiers[-1]["from_hours"]) == ("", "0")


def test_an_alias_is_of_a_team_and_never_of_two() -> None:
    aliases = rows("team_aliases")
    named = [(row["sport_key"], row["alias"]) for row in aliases]
    assert len(named) == len(set(named))
    found = {(row["sport_key"], row["alias"]): row["team_name"] for row in aliases}
    assert found["soccer_epl", "Spurs"] == "Tottenham Hotspur"
    assert found["soccer_epl", "Wolves"] == "Wolverhampton Wanderers"
