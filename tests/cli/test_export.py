"""`odds export`: a mart as a file that is there whole or not at all."""

import csv
import resource
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.cli.conftest import Place


def rows_of(season: Place, mart: str) -> pd.DataFrame:
    with duckdb.connect(season.warehouse, read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        rows = connection.execute(f"select * from {mart}")  # noqa: S608 - a name of ours
        return rows.to_arrow_table().to_pandas()


def test_parquet_has_every_row_and_type_of_the_mart(season: Place, tmp_path: Path) -> None:
    file = tmp_path / "closes.parquet"
    data = season.odds("export", "fct_closing_lines", file, "--json").data
    expected = rows_of(season, "marts.fct_closing_lines")
    assert data["mart"] == "marts.fct_closing_lines"
    assert data["rows"] == len(expected) > 0
    assert data["bytes"] == file.stat().st_size
    found = pd.read_parquet(file)
    columns = list(expected)
    assert list(found) == columns
    assert str(found["captured_at"].dtype).endswith("UTC]")
    pd.testing.assert_frame_equal(
        found.sort_values(columns, ignore_index=True),
        expected.sort_values(columns, ignore_index=True),
        check_dtype=False,
    )


def test_csv_has_times_with_a_z_and_empty_cells_for_what_is_missing(
    season: Place, tmp_path: Path
) -> None:
    file = tmp_path / "closes.csv"
    assert season.odds("export", "marts.fct_closing_lines", file).status == 0
    with file.open(newline="") as text:
        rows = list(csv.DictReader(text))
    assert len(rows) == len(rows_of(season, "marts.fct_closing_lines"))
    for row in rows:
        assert (row["decimal_price"] == "") is (row["missing_reason"] != "")
        assert row["captured_at"] == "" or row["captured_at"].endswith("Z")
        assert row["is_aged_out"] in ("true", "false", "")


def test_a_file_is_replaced_only_by_force(season: Place, tmp_path: Path) -> None:
    file = tmp_path / "books.csv"
    file.write_text("mine")
    said = season.odds("export", "dim_bookmakers", file)
    assert (said.status, file.read_text()) == (2, "mine")
    assert "--force replaces it" in said.err
    assert season.odds("export", "dim_bookmakers", file, "--force").status == 0
    assert file.read_text().startswith("bookmaker_key,")
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_cannot_be_written_whole_is_not_there(season: Place, tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        said = season.odds("export", "fct_odds", tmp_path / "odds.csv")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert said.status == 1
    assert said.err.splitlines()[-1].startswith(f"odds: cannot write {tmp_path}/odds.csv: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("fct_closing_line x.csv", "did you mean marts.fct_closing_line"),
        ("raw.api_responses x.csv", "no mart is called 'raw.api_responses'"),
        ("stg_run__clock x.csv", "no mart is called 'stg_run__clock'"),
        ("dim_events x.xlsx", "end the name in .csv or .parquet"),
        ("dim_events nowhere/x.csv", "there is no folder nowhere"),
        ("dim_events x.csv --as-of 2026-07-10T19:00:00Z", "ODDS_AS_OF=2026-07-10T19:00:00Z dbt"),
    ],
)
def test_what_cannot_be_exported_is_one_line(season: Place, words: str, complaint: str) -> None:
    said = season.odds("export", *words.split())
    assert (said.status, said.out) == (2, "")
    assert complaint in said.err
    assert said.err.count("\n") == 1
    assert not (season.folder / "x.csv").exists()
