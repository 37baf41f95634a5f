from pathlib import Path

import pytest

from cli.local_postgres import PostgresAddress
from ingestion.archive.export import Export
from ingestion.archive.restore import restore_archive
from ingestion.archive.source import Selection
from ingestion.settings import Settings
from scheduler.transformation import Transformation
from tests.conftest import duckdb_settings, postgres_settings
from tests.dbt.marts import LANDED_AT, MARTS, build, land, rows_of
from tests.oracle.small_season import small_season


@pytest.fixture
def duckdb_warehouse(tmp_path: Path) -> Settings:
    return duckdb_settings(tmp_path)


@pytest.mark.heavy
def test_an_archive_gives_the_same_marts_on_the_other_engine(
    duckdb_warehouse: Settings,
    postgres_database: PostgresAddress,
    tmp_path: Path,
) -> None:

    land(small_season(), duckdb_warehouse)
    exporting = Export(duckdb_warehouse, tmp_path / "archive", selection=Selection())
    exporting.write(exporting.months())
    restored = postgres_settings(tmp_path / "postgres", postgres_database)
    restore_archive([tmp_path / "archive"], restored, now=lambda: LANDED_AT)

    for settings in (duckdb_warehouse, restored):
        build(Transformation(settings), LANDED_AT)
    for mart in MARTS:
        rows = rows_of(duckdb_warehouse, mart)
        assert rows
        assert rows_of(restored, mart) == rows, mart
