from collections.abc import Iterator

import pytest

from analysis.warehouse import Warehouse
from cli.local_postgres import fresh_database
from ingestion.settings import Settings
from scheduler.transformation import Transformation
from tests.analysis.lookahead import traps
from tests.analysis.lookahead.futures import with_futures
from tests.analysis.lookahead.world import BACKTESTED, build, nba_evening, opened, recorded
from tests.conftest import duckdb_settings, postgres_settings

SEED = 1


@pytest.fixture(
    scope="package", params=["duckdb", pytest.param("postgres", marks=pytest.mark.heavy)]
)
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """The evening with all its futures, and the day of traps, in one warehouse."""
    folder = tmp_path_factory.mktemp("lookahead")
    lines = [*with_futures(recorded(nba_evening()), seed=SEED), *traps.lines()]
    if request.param == "duckdb":
        settings = duckdb_settings(folder)
        yield build(lines, settings, Transformation(settings), *BACKTESTED)
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as address:
        settings = postgres_settings(folder, address)
        yield build(lines, settings, Transformation(settings), *BACKTESTED)


@pytest.fixture
def warehouse(built: Settings) -> Iterator[Warehouse]:
    with opened(built) as warehouse:
        yield warehouse
