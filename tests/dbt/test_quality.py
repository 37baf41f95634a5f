"""Quality rules on planted faults: each fires on its own fault, and on nothing else."""

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from dbt.cli.main import dbtRunner, dbtRunnerResult

from ingestion.pipelines import import_results
from ingestion.quarantine import set_aside
from ingestion.recordings import parse_recording_line
from ingestion.settings import PROJECT_DIR, Settings
from ingestion.warehouse import connect
from scheduler.parsed_project import ParsedProject
from scheduler.transformation import Transformation
from tests.conftest import postgres_is_heavy
from tests.dbt.marts import LANDED_AT, land
from tests.dbt.planted_faults import MLB, NHL, day
from tests.oracle import Line
from tests.oracle.builder import at, event, event_list
from tests.oracle.mutations import arrival_batches

AS_OF = datetime(2026, 7, 11, 12, tzinfo=UTC)
Thing = tuple[Any, ...]

# what each finding is about, and all there is to it
ABOUT = ("rule_id", "sport_key", "event_id", "bookmaker_key", "market_key", "subject")
ALL = (
    *ABOUT,
    "severity",
    "sample",
    "first_seen_at",
    "last_seen_at",
    "finding_count",
    "is_standing",
)
TOTALS, MONEYLINE, SPREADS = "totals", "h2h", "spreads"
OVER_WITHOUT_MARGIN = ("overround_not_positive", TOTALS, "Over")
AT_DRAFTKINGS = {
    "impossible_price": MONEYLINE,
    "fractional_american_price": MONEYLINE,
    "missing_point": TOTALS,
    "unmatched_outcome_name": MONEYLINE,
    "overround_not_positive": TOTALS,
    "overround_below_band": TOTALS,
    "overround_above_band": TOTALS,
    "unmirrored_spread": SPREADS,
    "unequal_total": TOTALS,
    "one_sided_market": TOTALS,
    "spread_against_moneyline": SPREADS,
    "outlier_price": MONEYLINE,
    "outlier_point": TOTALS,
    "price_jump": MONEYLINE,
    "market_updated_in_future": TOTALS,
    "market_updated_out_of_order": TOTALS,
}
EXPECTED: set[Thing] = {
    *((rule, MLB, rule, "draftkings", market, None) for rule, market in AT_DRAFTKINGS.items()),
    *(
        ("stale_quote", MLB, "stale_quote", "draftkings", market, None)
        for market in (TOTALS, MONEYLINE, SPREADS)
    ),
    # what goes back behind the look before is stale as well
    ("stale_quote", MLB, "market_updated_out_of_order", "draftkings", TOTALS, None),
    ("unknown_bookmaker", None, None, "brandnewbook", None, None),
    ("unknown_market", None, None, None, "first_blood", None),
    ("duplicate_event", MLB, "twin_2", None, None, "twin_1"),
    (
        "event_id_taken_over",
        "rugbyleague_nrl",
        "taken",
        None,
        None,
        "early away @ early at home",
    ),
    # three hours before the start without a snapshot break two promises
    ("missing_close", MLB, "missing_close", None, None, "fetch_gap"),
    ("missing_tier", MLB, "missing_close", None, None, "closing"),
    ("odds_without_result", MLB, "odds_without_result", None, None, None),
    ("start_rewritten_far_back", MLB, "start_rewritten_far_back", None, None, None),
    ("odds_without_result", MLB, "start_rewritten_far_back", None, None, None),
    ("unmatched_team_name", MLB, None, None, None, "Nowhere Nine"),
    ("empty_response", MLB, None, None, None, None),
    ("missing_book", MLB, None, "betrivers", None, None),
    ("missing_market", MLB, None, "fanduel", TOTALS, None),
    ("book_never_seen", NHL, None, "pinnacle", None, None),
    ("sharp_missing", NHL, "sharp_missing", None, None, None),
    ("failed_request", "lacrosse_pll", None, None, None, "EXCEEDED_FREQ_LIMIT"),
    ("credits_mismatch", "basketball_wnba", None, None, None, "/v4/sports/basketball_wnba/odds"),
    ("charge_unknown", "basketball_ncaab", None, None, None, "/v4/sports/basketball_ncaab/odds"),
    (
        "quarantined_response",
        "americanfootball_cfl",
        None,
        None,
        None,
        "/v4/sports/americanfootball_cfl/events",
    ),
    ("bad_header", "basketball_nbl", None, None, None, "/v4/sports/basketball_nbl/odds"),
    (
        "unreadable_value",
        "icehockey_sweden_hockey_league",
        "soon",
        "fanduel",
        MONEYLINE,
        "$.bookmakers.markets.last_update",
    ),
    ("listed_twice", "icehockey_khl", "listed", "fanduel", MONEYLINE, "$..h2h"),
    ("response_out_of_order", "baseball_kbo", None, None, None, "/v4/sports/baseball_kbo/events"),
    (
        "historical_snapshot_far",
        "basketball_nba",
        None,
        None,
        None,
        "/v4/historical/sports/basketball_nba/odds",
    ),
}


def check(transformation: Transformation, *, full_refresh: bool = False) -> None:
    """Build the findings and the coverage, and what they stand on."""
    transformation.invoke(
        "build",
        "--exclude-resource-type",
        "test",
        "unit_test",
        *(["--full-refresh"] if full_refresh else []),
        "--select",
        "+fct_findings",
        "+rpt_coverage",
        as_of=AS_OF,
    )


def rows(settings: Settings, query: str) -> list[Thing]:
    with connect(settings) as connection:
        return sorted(map(tuple, connection.rows(query)), key=str)


def findings(settings: Settings, columns: tuple[str, ...] = ABOUT) -> list[Thing]:
    return rows(settings, " ".join(("select", ", ".join(columns), "from quality.fct_findings")))


def import_a_stranger(settings: Settings, folder: Path) -> None:
    table = folder / "scores.csv"
    table.write_text(
        "sport_key,game_date,starts_at,home_team,away_team,home_score,away_score,status\n"
        f"{MLB},2026-07-01,2026-07-01T20:00:00Z,Nowhere Nine,honest at home,1,0,final\n"
    )
    import_results(table, settings, now=lambda: LANDED_AT)


def set_one_aside(settings: Settings) -> Line:
    """A list of games that is to land, and that builds leave out."""
    sport = "americanfootball_cfl"
    line = event_list("13:00", event("aside", "20:00", sport=sport), sport=sport)
    response_id = parse_recording_line(orjson.dumps(line)).response_id
    with connect(settings) as connection:
        set_aside(connection, response_id, model="int_odds_parsed", error="odd", at=LANDED_AT)
    return line


def test_every_rule_is_planted() -> None:
    with (PROJECT_DIR / "dbt_project/seeds/quality_rules.csv").open() as seed:
        assert {row["rule_id"] for row in csv.DictReader(seed)} == {rule for rule, *_ in EXPECTED}


@postgres_is_heavy
def test_each_rule_fires_on_its_planted_fault_and_on_nothing_else(
    settings: Settings, tmp_path: Path
) -> None:
    land([*day(is_faulty=True), set_one_aside(settings)], settings)
    import_a_stranger(settings, tmp_path)
    check(Transformation(settings))
    found = findings(settings)
    assert len(found) == len(set(found))
    assert set(found) == EXPECTED


@postgres_is_heavy
def test_an_honest_day_has_no_findings(settings: Settings) -> None:
    land(day(is_faulty=False), settings)
    check(Transformation(settings))
    assert findings(settings) == []
    coverage = rows(settings, "select what, outcome, promised_share from quality.rpt_coverage")
    assert coverage == [
        ("books", "held", 1.0),
        ("closes", "held", 1.0),
        ("markets", "held", pytest.approx(0.75)),
        ("markets", "not_quoted", pytest.approx(0.25)),
        ("snapshots", "held", 1.0),
        ("tiers", "held", 1.0),
    ]


@pytest.mark.heavy
def test_any_order_of_arrival_ends_in_the_findings_of_a_full_refresh(
    settings: Settings, tmp_path: Path
) -> None:
    lines: list[Line] = [*day(is_faulty=True), set_one_aside(settings)]
    transformation = Transformation(settings)
    import_a_stranger(settings, tmp_path)
    for batch in arrival_batches(lines, seed=5, batches=3, late_share=0.4):
        land(batch, settings)
        check(transformation)
    by_increments = findings(settings, ALL)
    check(transformation)
    assert findings(settings, ALL) == by_increments
    check(transformation, full_refresh=True)
    assert findings(settings, ALL) == by_increments
    assert {row[:6] for row in by_increments} == EXPECTED


class StrictTransformation(Transformation):
    """A dbt that is told to be strict from the moment it parses."""

    def _project(self) -> ParsedProject:
        return ParsedProject(self._parse())

    def _run(self, runner: dbtRunner, command: str, *arguments: str) -> dbtRunnerResult:
        return super()._run(runner, command, *arguments, "--vars", "strict_quality: true")


@pytest.mark.heavy
def test_strict_quality_keeps_what_cannot_be_true_off_the_board(settings: Settings) -> None:
    """The fault stands when the board is looked at; the other books' prices stay on it."""
    land((line for line in day(is_faulty=True) if line["received_at"] < at("14:05")), settings)
    best, bettable = [], []
    for transformation in (Transformation(settings), StrictTransformation(settings)):
        transformation.invoke(
            "build",
            "--exclude-resource-type",
            "test",
            "unit_test",
            "--select",
            "+fct_findings",
            "+fct_best_prices",
            "+int_offers_bettable",
            as_of=datetime(2026, 7, 10, 14, 1, tzinfo=UTC),
        )
        board = (
            "select event_id, market_key, outcome_name, bookmaker_key from marts.fct_best_prices"
        )
        best += [row[3] for row in rows(settings, board) if row[:3] == OVER_WITHOUT_MARGIN]
        offers = board.replace("marts.fct_best_prices", "intermediate.int_offers_bettable")
        bettable.append(
            {row[3] for row in rows(settings, offers) if row[:3] == OVER_WITHOUT_MARGIN}
        )
    assert best == ["draftkings", "betmgm"]
    assert bettable[0] - bettable[1] == {"draftkings"}
