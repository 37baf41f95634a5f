"""Alert rules on a day with planted faults, from landing to the message that arrives."""

import csv
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from ingestion.settings import PROJECT_DIR, Settings
from ingestion.warehouse import connect
from scheduler.alert_router import FAMILIES, RoutingSummary, route
from scheduler.transformation import Transformation
from tests.dbt.marts import land
from tests.dbt.planted_faults import day
from tests.oracle.builder import at
from tests.scheduler.mailbox import mailbox

DBT = PROJECT_DIR / "dbt_project"
AS_OF = datetime(2026, 7, 10, 20, 30, tzinfo=UTC)
NEXT_MORNING = datetime(2026, 7, 11, 0, 1, tzinfo=UTC)
WRITE_DOWN = "insert into ops.job_runs values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def seeded_rules() -> set[str]:
    with (DBT / "seeds/alert_rules.csv").open() as seed:
        return {row["rule_id"] for row in csv.DictReader(seed)}


def test_every_rule_is_found_by_a_query_and_every_query_has_its_rule() -> None:
    """The unit tests expect an alert of each rule; they run with every full dbt build."""
    tests = (DBT / "models/intermediate/alerts/_int_alerts__unit_tests.yml").read_text()
    expected = {
        row["dedupe_key"].partition("|")[0]
        for test in yaml.safe_load(tests)["unit_tests"]
        for row in test["expect"]["rows"]
        if "dedupe_key" in row
    }
    assert expected == seeded_rules()


def test_every_family_of_rules_is_read() -> None:
    files = {path.stem for path in (DBT / "models/intermediate/alerts").glob("int_alerts_*.sql")}
    union = (DBT / "models/marts/ops/fct_alert_candidates.sql").read_text()
    assert files == set(FAMILIES) == set(re.findall(r"ref\('(int_alerts_\w+)'\)", union))


def job(number: int, name: str, at: datetime, status: str, reason: str | None = None) -> Any:
    error = "out of luck" if status == "failed" else None
    return (f"j{number}", "r", name, None, at, at, at, status, reason, 0, error)


def write_down_jobs(settings: Settings) -> None:
    hours = [AS_OF - timedelta(hours=hour) for hour in range(6)]
    runs = [
        job(0, "build", hours[5], "ok", "daily"),
        job(1, "build", hours[1], "failed", "daily"),
        job(2, "maintenance", hours[4], "ok"),
        *(job(3 + hour, "maintenance", hours[hour], "failed") for hour in range(3)),
        job(6, "fetch-scores", hours[3], "failed"),
        job(7, "heartbeat", AS_OF, "ok"),
    ]
    with connect(settings) as connection:
        for run in runs:
            connection.rows(WRITE_DOWN, run)


def found(settings: Settings) -> dict[str, Any]:
    with connect(settings) as connection:
        rows = connection.rows("select dedupe_key, value from ops.fct_alert_candidates")
    return {key: value for key, value in rows if not key.startswith("quality_error|")}


@pytest.mark.heavy
def test_planted_faults_raise_their_alerts_and_the_message_arrives(settings: Settings) -> None:
    land((line for line in day(is_faulty=True) if line["received_at"] < at("20:20")), settings)
    write_down_jobs(settings)
    without_tests = ("--exclude-resource-type", "test", "unit_test")
    Transformation(settings).invoke(
        "build", *without_tests, "--select", "+fct_alert_candidates", "+rpt_pipeline_health",
        as_of=AS_OF,
    )  # fmt: skip
    assert found(settings) == {
        "job_failing|maintenance": 3,
        "daily_build_failing|build": 1,
        "charge_unlike_estimate|/v4/sports/basketball_wnba/odds": -2,
    }
    with mailbox() as box:
        told = settings.model_copy(update={"odds_alert_urls": (SecretStr(box.url),)})
        first = route(told, now=AS_OF)
        assert first.sent > len(found(settings)), "quality errors were planted, too"
        assert route(told, now=AS_OF + timedelta(minutes=1)) == RoutingSummary()
        # a sign of life of the collector moves the moment that is looked from, no build needed
        with connect(settings) as connection:
            beat = job(8, "heartbeat", NEXT_MORNING, "ok")
            connection.rows(WRITE_DOWN, beat)
        route(told, now=NEXT_MORNING)
        assert any("The collector on 2026-07-10" in str(message) for message in box.messages)
    health = health_of(settings)
    assert health["job_failures_24h"] == (5, "warning")
    assert health["findings_error_24h"][1] == "error"
    assert health["last_full_build_age"] == (pytest.approx(8.5 + 1 / 60, abs=0.1), "ok")
    assert health["credits_remaining"] == (None, "unknown")


def health_of(settings: Settings) -> dict[str, tuple[Any, str]]:
    with connect(settings) as connection:
        rows = connection.rows("select measure, value, status from ops.rpt_pipeline_health")
    return {measure: (value, status) for measure, value, status in rows}
