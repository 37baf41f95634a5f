"""`odds publish`: a copy for readers that is whole, or the one of before."""

import shutil
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

import analysis as odds
from ingestion.copies.publication import MULTIPLIED_OUT, publish
from ingestion.errors import OddsError
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.built_warehouses import built_warehouse
from tests.cli.conftest import Place
from tests.dbt.marts import land
from tests.oracle.small_season import small_season

LISTED = """
select table_schema || '.' || table_name from information_schema.tables
where table_schema in ('marts', 'quality', 'ops') and table_schema || '.' || table_name <> ?
"""
BROKEN = "create view marts.zz_broken as select error('it is broken') as a"


def all_models(settings: Settings) -> None:
    land(small_season(), settings)
    Transformation(settings).build_models()


@pytest.fixture
def built(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    with built_warehouse(all_models, request, tmp_path) as settings:
        yield settings


def copy_of(place: Place) -> Path:
    return place.folder / "data" / "published"


def names_and_counts(file: Path) -> dict[str, int]:
    with duckdb.connect(file, read_only=True) as connection:
        names = [name for (name,) in connection.execute(LISTED, [MULTIPLIED_OUT]).fetchall()]
        return {
            name: connection.execute(f"select count(*) from {name}").fetchall()[0][0]  # noqa: S608
            for name in names
        }


def write(place: Place, *statements: str) -> None:
    with duckdb.connect(place.warehouse) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_copy_holds_every_mart_as_a_table_with_its_comments(season_copy: Place) -> None:
    write(
        season_copy,
        "comment on table marts.fct_odds_changes is 'it''s one change'",
        "comment on column marts.fct_odds_changes.point is 'the line'",
        "comment on view marts.fct_best_prices is 'the board'",
    )
    held = names_and_counts(season_copy.warehouse)
    data = season_copy.odds("publish", "--json").data
    assert data["tables"] == held
    assert held["marts.fct_odds_changes"] > 0
    assert data["left_out"] == [MULTIPLIED_OUT]
    copy = copy_of(season_copy) / "warehouse.duckdb"
    assert names_and_counts(copy) == held
    with duckdb.connect(copy, read_only=True) as connection:
        comments = dict(
            connection.execute("select table_name, comment from duckdb_tables()").fetchall()
        )
        assert comments["fct_best_prices"] == "the board"
        assert comments["fct_odds_changes"] == "it's one change"
        columns = "select comment from duckdb_columns() where column_name = 'point' and comment = ?"
        assert connection.execute(columns, ["the line"]).fetchall() == [("the line",)]
    parquet = copy_of(season_copy) / "parquet" / "current"
    assert {path.stem: pq.read_metadata(path).num_rows for path in parquet.iterdir()} == held


@pytest.mark.heavy
def test_a_notebook_reads_the_same_from_the_copy(season_copy: Place) -> None:
    assert season_copy.odds("publish").status == 0
    warehouse = odds.open(season_copy.warehouse)
    copy = odds.open(copy_of(season_copy) / "warehouse.duckdb")
    closes = copy.closes()
    assert len(closes) > 0
    assert closes.equals(warehouse.closes())
    event = closes["event_id"].iloc[0]
    assert copy.history(event).equals(warehouse.history(event))
    assert copy.board().equals(warehouse.board())
    with pytest.raises(OddsError, match="a published copy knows no past moments"):
        copy.events(at="2026-07-10T18:00:00Z")


@pytest.mark.heavy
def test_a_failure_leaves_the_copy_of_before_and_is_told(season_copy: Place) -> None:
    assert season_copy.odds("publish").status == 0
    before = names_and_counts(copy_of(season_copy) / "warehouse.duckdb")
    write(season_copy, BROKEN)
    said = season_copy.odds("publish")
    assert said.status == 1
    assert "it is broken" in said.err
    assert names_and_counts(copy_of(season_copy) / "warehouse.duckdb") == before
    assert not (copy_of(season_copy) / ".unfinished").exists()
    told = season_copy.odds("status", "--json").data["published"]
    assert told["published_at"]
    assert told["failed_at"] > told["published_at"]
    assert "it is broken" in told["error"]
    assert "it is broken" in season_copy.odds("status", COLUMNS="400").out


@pytest.mark.heavy
def test_only_the_last_two_versions_are_kept(season_copy: Place) -> None:
    write(season_copy, "drop view marts.fct_odds")
    for _ in range(3):
        assert season_copy.odds("publish").status == 0
    versions = copy_of(season_copy) / "parquet"
    names = sorted(path.name for path in versions.iterdir())
    assert len(names) == 3  # two, and which one is current
    assert (versions / "current").resolve().name == names[1]


def test_it_takes_no_place_of_another_database(season_copy: Place) -> None:
    said = season_copy.odds("publish", ODDS_PUBLISH_DIR="data")
    assert said.status == 2
    assert "warehouse.duckdb is no copy that was published" in said.err
    shutil.copytree(season_copy.folder / "data", season_copy.folder / "mine")
    assert season_copy.odds("publish", ODDS_PUBLISH_DIR="mine").status == 2
    said = season_copy.odds("publish", "--as-of", "2026-07-10T18:00:00Z")
    assert said.status == 2
    assert "dbt build" in said.err


@pytest.mark.heavy
def test_killed_in_the_middle_the_old_copy_stands_and_no_rubbish_stays(season_copy: Place) -> None:
    assert season_copy.odds("publish").status == 0
    folder = copy_of(season_copy)
    before = names_and_counts(folder / "warehouse.duckdb")
    for seconds in (0.0, 0.2, 0.5):
        process = season_copy.start("publish")
        while not (folder / ".unfinished").exists():
            time.sleep(0.01)
            assert process.poll() is None
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert names_and_counts(folder / "warehouse.duckdb") == before
        assert len(list((folder / "parquet" / "current").iterdir())) == len(before)
    assert season_copy.odds("publish").status == 0
    assert not (folder / ".unfinished").exists()
    assert len(list((folder / "parquet").iterdir())) == 3


@pytest.mark.heavy
@pytest.mark.parametrize("built", ["postgres"], indirect=True)
def test_a_copy_of_postgres_holds_what_the_server_does(built: Settings) -> None:
    with connect(built) as connection:
        connection.rows("comment on view marts.fct_odds_changes is 'one change'")
        held = {
            name: connection.rows(f"select count(*) from {name}")[0][0]  # noqa: S608
            for (name,) in connection.rows(LISTED, (MULTIPLIED_OUT,))
            if name != "ops.build_lease"
        }
    made = publish(built, now=datetime.now(UTC))
    assert made.tables == held
    copy = made.folder / "warehouse.duckdb"
    assert names_and_counts(copy) == held
    with duckdb.connect(copy, read_only=True) as connection:
        ((comment,),) = connection.execute(
            "select comment from duckdb_tables() where table_name = 'fct_odds_changes'"
        ).fetchall()
    assert comment == "one change"
    assert len(odds.open(copy).closes()) > 0
