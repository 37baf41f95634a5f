import pytest

from ingestion.ops_tables import OPS_TABLES
from ingestion.raw_tables import ARCHIVED_TABLES, RAW_TABLES
from ingestion.settings import PROJECT_DIR
from tests.cli.conftest import Place
from tests.cli.test_landing import LINES, count

JULY = "api_responses-2026-07-baseball_kbo.parquet"


@pytest.fixture
def filled(place: Place) -> Place:
    said = place.odds("replay", place.recording(LINES[:2]), "--no-build")
    assert said.status == 0, said.err
    return place


def test_an_export_says_what_it_did_and_a_second_one_writes_nothing(filled: Place) -> None:
    planned = filled.odds("archive", "export", "--dry-run", "--json").data
    assert (planned["rows"], planned["new_rows"]) == (2, 2)
    assert not (filled.folder / "data" / "archive").exists()
    first = filled.odds("archive", "export", "--json").data
    assert first.pop("seconds") > 0
    [file] = first.pop("files")
    folder = str(filled.folder / "data" / "archive")
    assert first == {"folder": folder, "format": "parquet", "rows": 2, "new_rows": 2}
    assert file.pop("bytes") == (filled.folder / "data" / "archive" / JULY).stat().st_size
    assert file == {
        "file": f"{folder}/{JULY}",
        "table": "api_responses",
        "month": "2026-07-01",
        "sport_key": "baseball_kbo",
        "rows": 2,
        "new_rows": 2,
        "state": "written",
    }
    again = filled.odds("archive", "export", "--json").data
    assert [file["state"] for file in again["files"]] == ["unchanged"]
    assert JULY in filled.odds("archive", "export").out


def test_a_restore_lands_everything_once(filled: Place) -> None:
    assert filled.odds("archive", "export", "--to", "kept").status == 0
    elsewhere = {"ODDS_DUCKDB_PATH": "data/elsewhere.duckdb"}
    words = ["archive", "restore", "kept", "--no-build"]
    data = filled.odds(*words, "--json", **elsewhere).data
    assert data.pop("seconds") > 0
    assert data == {"files": 1, "rows": 2, "landed": 2, "already_held": 0}
    assert "held already   2" in filled.odds(*words, **elsewhere).out
    assert count(filled, "raw.api_responses") == 2


def test_an_archive_of_lines_can_be_replayed(filled: Place) -> None:
    lines = filled.folder / "kept" / JULY.replace(".parquet", ".jsonl.zst")
    assert filled.odds("archive", "export", "--to", "kept", "--format", "jsonl").status == 0
    data = filled.odds("replay", lines, "--no-build", "--json").data
    assert (data["lines"], data["already_held"]) == (2, 2)


def test_the_folder_of_the_settings_is_the_default(filled: Place) -> None:
    filled.odds("archive", "export", ODDS_ARCHIVE_DIR="vault")
    assert (filled.folder / "vault" / JULY).exists()


def test_a_restore_ends_with_a_build(filled: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    built = []
    monkeypatch.setattr("cli.archive_commands.build_everything", built.append)
    filled.odds("archive", "export")
    assert filled.odds("archive", "restore", "data/archive").status == 0
    assert len(built) == 1


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("export --since yesterday", "--since: 'yesterday' is not a date such as 2026-01-31"),
        ("export --before 2026-13-01", "--before: '2026-13-01' is not a date"),
        ("export --format csv", "'csv' is not one of 'parquet', 'jsonl'"),
        ("restore missing.parquet", "missing.parquet: no such file"),
        ("restore", "Missing argument 'PATH...'"),
    ],
)
def test_wrong_use_is_one_line(filled: Place, words: str, reason: str) -> None:
    said = filled.odds("archive", *words.split())
    assert said.status == 2
    assert reason in said.err
    assert said.err.count("\n") == 1


def test_nothing_to_export_is_told(filled: Place) -> None:
    said = filled.odds("archive", "export", "--sport", "cricket")
    assert said.status == 0
    assert "nothing that is selected has landed" in said.err


def test_an_empty_warehouse_is_told(place: Place) -> None:
    said = place.odds("archive", "export")
    assert said.status == 1
    assert f"there is no {place.warehouse}: run `odds demo`" in said.err


def test_the_page_on_backups_names_every_table_that_an_archive_leaves_out() -> None:
    """Whoever takes the archive for a backup must learn what would be lost."""
    _, _, after = (PROJECT_DIR / "docs" / "running.md").read_text().partition("\n## Backup\n")
    section = after.partition("\n## ")[0]
    left_out = {f"raw.{table.name}" for table in set(RAW_TABLES) - set(ARCHIVED_TABLES)}
    left_out |= {f"ops.{name}" for name in OPS_TABLES}
    assert left_out >= {"raw.backtest_runs", "ops.job_runs"}
    assert {name for name in left_out if f"`{name}`" not in section} == set()
