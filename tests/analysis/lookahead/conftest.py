from collections.abc import Iterator

import pytest

from analysis.warehouse import Warehouse
from ingestion.settings import Settings
from scheduler.transformation import Transformation
from tests.analysis.lookahead import traps
from tests.analysis.lookahead.futures import with_futures
from tests.analysis.lookahead.world import BACKTESTED, build, nba_evening, opened, recorded
from tests.built_warehouses import built_warehouse
from tests.conftest import ENGINES

SEED = 1


@pytest.fixture(scope="package", params=ENGINES)
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """The evening with all its futures, and the day of traps, in one warehouse."""
    with built_warehouse(
        evening_and_traps, request, tmp_path_factory.mktemp("lookahead")
    ) as settings:
        yield settings


def evening_and_traps(settings: Settings) -> None:
    lines = [*with_futures(recorded(nba_evening()), seed=SEED), *traps.lines()]
    build(lines, settings, Transformation(settings), *BACKTESTED)


@pytest.fixture
def warehouse(built: Settings) -> Iterator[Warehouse]:
    with opened(built) as warehouse:
        yield warehouse
