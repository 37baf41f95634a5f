from pathlib import Path

import pytest

from tests.cli.conftest import Place, make_place
from tests.dbt.planted_faults import day
from tests.oracle.builder import at

BUILT = at("11T12:00")


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory, dbt_target: Path) -> Place:
    """A day with a fault of every kind, replayed and built; tests read it only."""
    place = make_place(tmp_path_factory.mktemp("faulty"), dbt_target)
    said = place.odds("replay", place.recording(day(is_faulty=True)), "--as-of", BUILT)
    assert said.status == 0, said.err
    return place


def rules_of(place: Place, *words: str, status: int = 0) -> list[str]:
    said = place.odds("validate", "--json", "--as-of", BUILT, *words)
    assert said.status == status, said.err
    return [rule["rule_id"] for rule in said.object["data"]["rules"]]


def test_an_honest_day_is_well(season: Place) -> None:
    said = season.odds("validate", "--severity", "error", "--as-of", "2026-07-10T19:00:00Z")
    assert (said.status, said.out) == (0, "No findings.\n")


def test_an_error_ends_with_status_1_and_the_whole_answer(faulty: Place) -> None:
    said = faulty.odds("validate", "--json", "--as-of", BUILT)
    assert said.status == 1
    data = said.object["data"]
    assert set(data) == {"rules", "findings"}
    assert {row["rule_id"] for row in data["findings"]} == {
        rule["rule_id"] for rule in data["rules"]
    }
    severities = [rule["severity"] for rule in data["rules"]]
    assert severities == sorted(severities, key=["error", "warn", "info"].index)
    assert said.err == ""


def test_findings_can_be_narrowed(faulty: Place) -> None:
    assert rules_of(faulty, "--severity", "error", status=1) == [
        "credits_mismatch",
        "impossible_price",
        "missing_point",
        "overround_not_positive",
        "unequal_total",
        "unmirrored_spread",
    ]
    assert rules_of(faulty, "--rule", "price_jump") == ["price_jump"]
    assert rules_of(faulty, "--sport", "lacrosse_pll") == ["failed_request"]
    assert rules_of(faulty, "--since", at("14:55"), "--until", at("15:16")) == [
        "empty_response",
        "failed_request",
    ]


def test_the_page_says_in_words_what_it_means_and_what_to_do(faulty: Place) -> None:
    out = faulty.odds("validate", "--rule", "overround_not_positive", "--as-of", BUILT).out
    assert "A book that pays out more than it takes in" in out
    assert "Bookmakers do not give money away" in out
    assert "set strict_quality" in out
    assert "overround_not_positive away @ overround_not_positive at home" in out
    assert "overround -4.76 %" in out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        pytest.param("--rule outlier", "did you mean outlier_price", id="a rule cut short"),
        pytest.param("--rule xyz", "there are credits_mismatch", id="no rule"),
        pytest.param("--sport nba", "did you mean basketball_nba", id="no sport"),
        pytest.param("--severity fatal", "'fatal' is not one of", id="no severity"),
        pytest.param("--since today", "--since: 'today' is not a time", id="no time"),
        pytest.param(
            f"--since {at('13:00')} --until {at('12:00')}",
            "--since is not before --until",
            id="a range turned round",
        ),
    ],
)
def test_wrong_use_is_told_with_what_was_meant(faulty: Place, words: str, complaint: str) -> None:
    said = faulty.odds("validate", "--json", *words.split())
    assert said.status == 2
    assert complaint in said.err


def test_without_a_warehouse_it_says_how_to_fill_one(place: Place) -> None:
    said = place.odds("validate", "--json")
    assert said.status == 1
    assert "run `odds demo`" in said.object["data"]["error"]
