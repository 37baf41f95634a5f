"""Every build notes how long each of its models took."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.built_warehouses import built_warehouse
from tests.conftest import ENGINES
from tests.dbt.marts import land
from tests.oracle.small_season import small_season

KINDS = """
select build_kind, count(*), count(distinct relation), min(seconds), max(seconds)
from ops.fct_model_runs where status = 'success' group by build_kind
"""


def all_models(settings: Settings) -> None:
    land(small_season(), settings)
    Transformation(settings).build_models()


@pytest.fixture(params=ENGINES)
def built(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    with built_warehouse(all_models, request, tmp_path) as settings:
        yield settings


@pytest.mark.heavy
def test_a_hot_build_is_noted_as_one_and_old_runs_go_with_the_next_of_everything(
    built: Settings,
) -> None:
    transformation = Transformation(built)
    transformation.build_hot()
    with connect(built) as connection:
        kinds = {kind: rest for kind, *rest in connection.rows(KINDS)}
        assert set(kinds) == {"everything", "hot"}
        runs, models, least, longest = kinds["hot"]
        assert runs == models < kinds["everything"][1]
        assert 0 <= least < longest < 60
        connection.rows(
            "insert into ops.model_runs values"
            " ('marts.gone', current_timestamp - interval '91 days', 1, null, 'hot', 'success')"
        )
    transformation.build_models(full_refresh=True)
    with connect(built) as connection:
        kinds = {kind: rest for kind, *rest in connection.rows(KINDS)}
        assert set(kinds) == {"everything", "hot", "full refresh"}
        gone = "select count(*) from ops.model_runs where relation = 'marts.gone'"
        assert connection.rows(gone) == [(0,)]
