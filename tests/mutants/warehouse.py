"""The small warehouse that dbt's own tests run over where a bug is judged by them."""

from datetime import UTC, datetime
from pathlib import Path

from ingestion.settings import load_settings
from scheduler.transformation import Transformation
from tests.dbt.marts import land
from tests.oracle.small_season import small_season

AS_OF = datetime(2026, 11, 20, tzinfo=UTC)


def build(path: Path) -> None:
    """Land the small season and model everything, in a new file."""
    settings = load_settings(
        odds_target="duckdb", odds_data_dir=path.parent / "data", odds_duckdb_path=path
    )
    land(small_season(), settings)
    Transformation(settings).build_models(as_of=AS_OF)
