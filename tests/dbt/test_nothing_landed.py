"""What only reads the project asks nothing of a warehouse: it works where there is none."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import duckdb_settings, postgres_is_heavy
from tests.dbt.marts import land
from tests.oracle.small_season import small_season

BUILT = datetime(2026, 7, 11, 6, 0, tzinfo=UTC)
MART = "marts.fct_closing_lines"


def count(settings: Settings, relation: str) -> int:
    with connect(settings) as connection:
        ((rows,),) = connection.rows(" ".join(("select count(*) from", relation)))
    return int(rows)


@postgres_is_heavy
@pytest.mark.heavy
def test_models_compile_where_nothing_was_ever_landed(settings: Settings) -> None:
    settings.odds_data_dir.mkdir()
    Transformation(settings).invoke("compile")
    with connect(settings) as connection:
        assert not connection.relations("raw") | connection.relations("marts")


@pytest.mark.heavy
def test_an_empty_run_makes_every_relation_and_a_landing_goes_on_from_there(
    tmp_path: Path,
) -> None:
    """On DuckDB: for Postgres dbt writes an alias of its own behind the relation, before ours."""
    settings = duckdb_settings(tmp_path)
    settings.odds_data_dir.mkdir()
    transformation = Transformation(settings)
    transformation.invoke("seed")
    transformation.invoke("run", "--empty")
    assert count(settings, MART) == 0
    land(small_season(), settings)
    transformation.build_models(as_of=BUILT)
    assert count(settings, MART) > 50
