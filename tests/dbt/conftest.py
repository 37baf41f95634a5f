from collections.abc import Callable

import pytest

from ingestion.settings import Settings
from scheduler.transformation import Transformation


@pytest.fixture(scope="session")
def _warm() -> dict[str, Transformation]:
    return {}


@pytest.fixture
def transformation_of(_warm: dict[str, Transformation]) -> Callable[[Settings], Transformation]:
    """A dbt for the settings' warehouse; kept warm on DuckDB, where every file has one name."""

    def make(settings: Settings) -> Transformation:
        if settings.odds_target == "postgres":
            return Transformation(settings)
        kept = _warm.setdefault("duckdb", Transformation(settings))
        kept.settings = settings
        return kept

    return make
