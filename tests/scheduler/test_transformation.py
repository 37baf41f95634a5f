"""A warehouse stays whole whatever part of it was built last, on both engines."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.errors import OddsError
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import duckdb_settings, postgres_is_heavy
from tests.dbt.marts import land
from tests.dbt.planted_faults import day
from tests.oracle.small_season import small_season

AS_OF = datetime(2026, 7, 12, tzinfo=UTC)
SCHEMAS = ("staging", "intermediate", "marts", "quality", "ops")


def relations(settings: Settings) -> set[tuple[str, str]]:
    """Schema and name of every table and view."""
    with connect(settings) as connection:
        rows = connection.rows("select table_schema, table_name from information_schema.tables")
    return {(schema, name) for schema, name in rows if schema in SCHEMAS}


@pytest.mark.heavy
def test_new_results_leave_every_relation_in_place(settings: Settings) -> None:
    lines = small_season()
    transformation = Transformation(settings)
    land(lines[:-2], settings)
    transformation.bring_up_to_date(as_of=AS_OF)
    before = relations(settings)
    assert ("marts", "dim_events") in before

    land(lines[-2:-1], settings)
    transformation.bring_up_to_date(are_results_new=True, as_of=AS_OF)
    assert relations(settings) == before

    land(lines[-1:], settings)
    transformation.bring_up_to_date(as_of=AS_OF)
    assert relations(settings) == before


@postgres_is_heavy
def test_every_dbt_test_passes_on_a_season(settings: Settings) -> None:
    """`dbt build` as by hand, unit tests with it; quality findings may warn."""
    land(small_season(), settings)
    summary = Transformation(settings).invoke("build", as_of=AS_OF)
    assert summary.nodes["pass"] > 0
    assert not summary.nodes.keys() & {"error", "fail", "skipped"}


@pytest.mark.heavy
def test_a_test_that_fails_takes_no_report_along(tmp_path: Path) -> None:
    settings = duckdb_settings(tmp_path)
    land(day(is_faulty=True), settings)
    with pytest.raises(OddsError, match="no_findings_of_"):
        Transformation(settings).build_all(as_of=AS_OF)
    stand_on_findings = {("ops", "fct_alert_candidates"), ("ops", "rpt_pipeline_health")}
    assert stand_on_findings <= relations(settings)
