"""`import analysis as odds`: what a notebook is told is what the commands tell."""

import json
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

import analysis as odds
from analysis.reader import Reader
from ingestion.settings import PROJECT_DIR
from tests.cli.conftest import Place

BUILT = "2026-07-10T19:00:00Z"
PUBLISHED = (
    "marts.dim_events",
    "marts.fct_best_prices",
    "marts.fct_closing_lines",
    "marts.fct_line_movements",
    "marts.fct_odds_changes",
    "marts.team_aliases",
)
NOTEBOOKS = sorted((PROJECT_DIR / "notebooks").glob("*.ipynb"))


@pytest.fixture
def warehouse(season: Place) -> Reader:
    return odds.open(season.warehouse)


def values(frame: pd.DataFrame, column: str) -> list[object]:
    """As JSON has them."""
    return [None if pd.isna(value) else value for value in frame[column]]


def test_frames_have_the_rows_and_columns_that_the_commands_tell(
    season: Place, warehouse: Reader
) -> None:
    asked = ("--as-of", BUILT, "--json")
    pairs = {
        "board": warehouse.board(at=BUILT),
        "edges --kind ev": warehouse.edges("positive_ev", at=BUILT),
        "events": warehouse.events(at=BUILT),
        "compare last": warehouse.compare("last", at=BUILT),
        "history last": warehouse.history("last", at=BUILT),
    }
    for words, frame in pairs.items():
        data = season.odds(*words.split(), *asked).data
        rows = data["positive_ev" if "edges" in words else "rows"]
        assert len(frame) == len(rows), words
        for column in rows[0] if rows else ():
            if frame[column].dtype == "str":
                assert values(frame, column) == [row[column] for row in rows], (words, column)


def test_times_are_utc_and_missing_numbers_nan(warehouse: Reader) -> None:
    closes = warehouse.closes()
    assert str(closes["starts_at"].dtype) == "datetime64[us, UTC]"
    assert closes["decimal_price"].dtype == "float64"
    assert (closes["decimal_price"].isna() == closes["missing_reason"].notna()).all()


def test_filters_are_those_of_the_commands(warehouse: Reader) -> None:
    every = warehouse.closes()
    assert len(warehouse.closes(team="yankees")) == len(every) > 0
    assert set(warehouse.closes(market="totals", book="fanduel")["bookmaker_key"]) == {"fanduel"}
    assert warehouse.closes(day="2026-08-01").empty
    with pytest.raises(TypeError, match="colour"):
        warehouse.closes(colour="red")  # type: ignore[call-arg]


def test_offers_are_those_of_a_fixed_moment_or_of_any(warehouse: Reader) -> None:
    fixed = warehouse.offers("1h")
    assert set(fixed["moment"]) == {"1h"}
    then = warehouse.offers(BUILT)
    assert (then["captured_at"] <= pd.Timestamp(BUILT)).all()


def test_any_query_may_be_asked_and_none_writes(warehouse: Reader) -> None:
    found = warehouse.sql("select event_id from marts.dim_events where event_id = ?", ["first"])
    assert list(found["event_id"]) == ["first"]
    for sql in ("drop table marts.sports", "select nothing from nowhere"):
        with pytest.raises(odds.OddsError, match="that cannot be asked"):
            warehouse.sql(sql)


def test_what_cannot_be_is_said_in_a_line(warehouse: Reader, tmp_path: Path) -> None:
    for ask, complaint in (
        (lambda: odds.open(tmp_path / "none.duckdb"), "there is no file"),
        (lambda: warehouse.board(at="2026-07-10"), "not a time with a zone"),
        (lambda: warehouse.history("nobody"), "no event is called 'nobody'"),
        (lambda: warehouse.edges("luck"), "no kind of edge is called 'luck'"),  # type: ignore[arg-type]
        (lambda: warehouse.offers("5h"), "'5h' is not a time"),
    ):
        with pytest.raises(odds.OddsError, match=complaint):
            ask()


def test_nothing_stays_open_between_two_answers(season_copy: Place) -> None:
    warehouse = odds.open(season_copy.warehouse)
    warehouse.events()
    # a reader that is still in it would not let a writer in
    duckdb.connect(season_copy.warehouse).close()
    shutil.move(season_copy.warehouse, season_copy.warehouse.with_suffix(".moved"))
    with pytest.raises(odds.OddsError, match="there is no"):
        warehouse.events()


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(
    notebook: Path, season: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its cells one after the other in a plain namespace: no kernel, so no magics either."""
    monkeypatch.setenv("ODDS_DUCKDB_PATH", str(season.warehouse))
    names: dict[str, object] = {}
    for cell in json.loads(notebook.read_text())["cells"]:
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None), "strip the outputs"
            exec(compile("".join(cell["source"]), notebook.name, "exec"), names)  # noqa: S102


@pytest.mark.heavy
def test_a_published_copy_is_read_as_it_is(tmp_path: Path, warehouse: Reader) -> None:
    copy = tmp_path / "published.duckdb"
    with duckdb.connect(copy) as connection:
        connection.execute(f"attach '{warehouse.settings.odds_duckdb_path}' as whole (read_only)")
        for name in PUBLISHED:
            connection.execute(f"create schema if not exists {name.partition('.')[0]}")
            connection.execute(f"create table {name} as select * from whole.{name}")  # noqa: S608
    published = odds.open(copy)
    assert len(published.board()) == len(warehouse.board())
    assert len(published.closes(team="yankees")) == len(warehouse.closes())
    assert len(published.history("last")) == len(warehouse.history("last"))
    assert set(published.events(is_over_included=True)["event_id"]) == {"first", "second", "last"}
    with pytest.raises(odds.OddsError, match="published copy"):
        published.board(at=BUILT)
