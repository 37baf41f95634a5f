"""A selection that would tick responses off without modelling them is refused before it begins."""

from datetime import UTC, datetime

import pytest

from ingestion.errors import OddsError
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import duckdb_settings
from tests.dbt.marts import build, land
from tests.oracle.small_season import small_season

BUILT = datetime(2026, 7, 11, 6, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def half_built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Half a season is modelled, the other half has landed since."""
    settings = duckdb_settings(tmp_path_factory.mktemp("selections"))
    lines = small_season()
    land(lines[: len(lines) // 2], settings)
    build(Transformation(settings), BUILT)
    land(lines, settings)
    return settings


def modelled(settings: Settings) -> int:
    with connect(settings) as connection:
        ((count,),) = connection.rows("select count(*) from intermediate.int_processed_responses")
    return int(count)


@pytest.mark.parametrize(
    "selection",
    [
        ["int_responses_to_process", "int_processed_responses"],
        ["int_processed_responses"],
        ["+int_quote_changes", "int_processed_responses"],
        ["tag:hot", "--exclude", "int_quote_changes"],
    ],
    ids=" ".join,
)
def test_a_selection_that_would_lose_responses_is_refused(
    half_built: Settings, selection: list[str]
) -> None:
    before = modelled(half_built)
    with pytest.raises(OddsError, match="int_processed_responses ticks responses off"):
        Transformation(half_built).invoke("run", "--select", *selection, as_of=BUILT)
    assert modelled(half_built) == before


def test_part_of_the_chain_is_not_made_anew_alone(half_built: Settings) -> None:
    with pytest.raises(OddsError, match="A full refresh of part of the hot chain"):
        Transformation(half_built).invoke(
            "run", "--full-refresh", "--select", "int_quote_changes", as_of=BUILT
        )


def test_the_whole_chain_and_any_mart_may_be_selected(half_built: Settings) -> None:
    before = modelled(half_built)
    transformation = Transformation(half_built)
    transformation.invoke("run", "--select", "fct_closing_lines", as_of=BUILT)
    transformation.invoke("run", "--select", "int_closes", as_of=BUILT)
    assert modelled(half_built) == before
    transformation.invoke("run", "--select", "tag:hot", as_of=BUILT)
    assert modelled(half_built) > before
