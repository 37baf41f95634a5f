"""A var that is not what it must be stops the run, with the var's name and what to mend."""

import json

import pytest
import yaml

from ingestion.errors import OddsError
from ingestion.settings import PROJECT_DIR, Settings, load_settings
from scheduler.transformation import Transformation
from tests.dbt.marts import land
from tests.oracle.small_season import small_season


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("built")
    settings = load_settings(
        odds_target="duckdb", odds_data_dir=folder, odds_duckdb_path=folder / "warehouse.duckdb"
    )
    land(small_season()[:3], settings)
    Transformation(settings).invoke("seed")
    return settings


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("my_books: [draftkigs]", "my_books: there is no book draftkigs"),
        ("my_books: draftkings", "my_books: give a list"),
        ("vote_error: 0.1", "vote_error: there is no such var"),
        ("min_gams: 3", "min_gams: there is no such var"),
        ("max_roi: much", "max_roi: much is not a number"),
        ("min_games: true", "min_games: True is not a number"),
        ("strict_quality: 1", "strict_quality: give true or false"),
        ("bets_relation: bets", "bets_relation: bets is not schema.name"),
        ("bets_relation: mine.bets", "bets_relation: there is no mine.bets in duckdb"),
    ],
)
def test_a_wrong_var_is_refused_by_name(built: Settings, given: str, said: str) -> None:
    with pytest.raises(OddsError, match=said):
        Transformation(built).invoke("run", "--select", "stg_bets__bets", "--vars", f"{{{given}}}")


def test_every_var_of_the_project_may_be_given(built: Settings) -> None:
    project = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text())
    given = project["vars"] | {"min_games": 3}
    summary = Transformation(built).invoke(
        "run", "--select", "stg_bets__bets", "--vars", json.dumps(given)
    )
    assert summary.nodes["success"] > 0


def test_books_that_are_known_pass(built: Settings) -> None:
    summary = Transformation(built).invoke(
        "run", "--select", "stg_bets__bets", "--vars", "{my_books: [draftkings, fanduel]}"
    )
    assert summary.nodes["success"] > 0
