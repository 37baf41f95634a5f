"""What a command works on does not depend on the folder it is run in; what is typed there does."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from ingestion.errors import UsageError
from ingestion.settings import PROJECT_DIR, load_settings
from tests.cli.conftest import ODDS, Place, Said
from tests.oracle.small_season import small_season

PROGRAMS = {"odds": [ODDS], "python -m cli": [sys.executable, "-m", "cli"]}
# not even root can write there
UNWRITABLE = Path("/proc")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder of something else, with settings of its own."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / ".env").write_text("ODDS_DATA_DIR=theirs\nODDS_SPORTS=icehockey_nhl\n")
    return folder


def run(folder: Path, *words: object, environment: Mapping[str, str]) -> Said:
    return Place(folder=folder, environment=environment).odds(*words)


def run_program(
    program: str, folder: Path, *words: object, environment: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*PROGRAMS[program], *map(str, words)],
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def homeless(place: Place) -> dict[str, str]:
    return {name: value for name, value in place.environment.items() if name != "ODDS_HOME"}


def test_without_a_home_paths_start_from_the_project(
    homeless: dict[str, str], elsewhere: Path
) -> None:
    variables = {"ODDS_DATA_DIR": "some/data", "ODDS_ARCHIVE_DIR": "~/kept", "HOME": "/home/x"}
    for folder in (PROJECT_DIR, elsewhere, UNWRITABLE):
        data = run(folder, "config", "--json", environment=homeless | variables).data
        assert data["ODDS_HOME"] == str(PROJECT_DIR)
        assert data["ODDS_DATA_DIR"] == str(PROJECT_DIR / "some/data")
        assert data["ODDS_DUCKDB_PATH"] == str(PROJECT_DIR / "data/warehouse.duckdb")
        assert data["ODDS_ARCHIVE_DIR"] == "/home/x/kept"


def test_python_runs_the_commands_too(homeless: dict[str, str]) -> None:
    said = run_program("python -m cli", UNWRITABLE, "config", "--json", environment=homeless)
    assert json.loads(said.stdout)["data"]["ODDS_DATA_DIR"] == str(PROJECT_DIR / "data")


def test_the_env_file_of_home_wins_over_that_of_the_folder_one_is_in(
    place: Place, elsewhere: Path
) -> None:
    (place.folder / ".env").write_text("ODDS_DATA_DIR=mine\n")
    said = run(elsewhere, "config", "--json", environment=place.environment)
    answer = said.object
    assert answer["data"]["ODDS_DATA_DIR"] == str(place.folder / "mine")
    assert answer["data"]["ODDS_SPORTS"] == ["basketball_nba"]
    (warning,) = answer["warnings"]
    assert f"{elsewhere}/.env is not read" in warning
    assert f"ODDS_HOME={elsewhere} makes" in warning

    there = place.environment | {"ODDS_HOME": "."}
    answer = run(elsewhere, "config", "--json", environment=there).object
    assert answer["data"]["ODDS_DATA_DIR"] == str(elsewhere / "theirs")
    assert answer["warnings"] == []


def test_an_env_file_of_something_else_is_no_matter(place: Place, elsewhere: Path) -> None:
    (elsewhere / ".env").write_bytes(b"SECRET=of another program\n")
    assert run(elsewhere, "config", environment=place.environment).err == ""
    (elsewhere / ".env").write_bytes(b"\xff\xfe\x00")
    assert run(elsewhere, "config", environment=place.environment).err == ""


@pytest.mark.parametrize("home", ["nowhere", "a file"])
def test_a_home_that_is_no_folder_is_one_line(place: Place, home: str) -> None:
    (place.folder / "a file").touch()
    said = run(place.folder, "board", environment=place.environment | {"ODDS_HOME": home})
    assert said.status == 2
    assert said.err == f"odds: ODDS_HOME: there is no folder {place.folder / home}\n"


def test_a_user_who_is_not_here_is_one_line(place: Place) -> None:
    environment = place.environment | {"ODDS_DATA_DIR": "~nobody_of_that_name/odds"}
    said = run(place.folder, "board", environment=environment)
    assert said.status == 2
    assert said.err.startswith("odds: ODDS_DATA_DIR: ~nobody_of_that_name/odds: there is no")


def test_certificates_named_in_the_env_file_start_from_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PGSSLROOTCERT", "PGSSLKEY", "PGSSLCERT"):
        # so that they are as before afterwards
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("ODDS_HOME", str(tmp_path))
    (tmp_path / ".env").write_text(
        "PGSSLROOTCERT=system\nPGSSLCERT=certificates/mine.crt\nPGSSLKEY=/abs/mine.key\n"
    )
    load_settings()
    assert os.environ["PGSSLROOTCERT"] == "system"
    assert os.environ["PGSSLCERT"] == str(tmp_path / "certificates/mine.crt")
    assert os.environ["PGSSLKEY"] == "/abs/mine.key"


def test_settings_without_a_home_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODDS_HOME", "/proc/nothing")
    with pytest.raises(UsageError, match="there is no folder /proc/nothing"):
        load_settings()


@pytest.mark.heavy
def test_one_warehouse_is_read_from_any_folder(season: Place, elsewhere: Path) -> None:
    for folder in (elsewhere, UNWRITABLE):
        for words in (["events", "--all"], ["scheduler", "start", "--dry-run"], ["status"]):
            said = run(folder, *words, environment=season.environment)
            assert said.status == 0, (words, said.err)
    assert [path.name for path in elsewhere.iterdir()] == [".env"]


def test_dlt_heeds_no_settings_of_the_folder_one_is_in(elsewhere: Path) -> None:
    (elsewhere / ".dlt").mkdir()
    (elsewhere / ".dlt" / "config.toml").write_text("[schema]\nnaming = 'direct'\n")
    asked = "import ingestion.raw_loader, dlt; print(dlt.config.get('schema.naming'))"
    command = [sys.executable, "-c", asked]
    said = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, check=True)
    assert said.stdout == "None\n"


@pytest.mark.heavy
@pytest.mark.parametrize("program", PROGRAMS)
def test_one_warehouse_is_landed_in_and_built_from_any_folder(
    season_copy: Place, elsewhere: Path, program: str
) -> None:
    """Each of these would otherwise make a warehouse, a spool or a folder of dbt where one is."""
    home = season_copy.folder
    (home / ".env").write_text("ODDS_DATA_DIR=data\nODDS_DUCKDB_PATH=data/warehouse.duckdb\n")
    shutil.move(season_copy.recording(small_season()), elsewhere / "typed.jsonl")
    before = sorted(path.name for path in elsewhere.rglob("*"))
    for folder, typed in ((elsewhere, "typed.jsonl"), (UNWRITABLE, elsewhere / "typed.jsonl")):
        said = run_program(
            program, folder, "replay", typed, "--as-of", "2026-07-10T19:00:00Z",
            environment=season_copy.environment,
        )  # fmt: skip
        assert said.returncode == 0, said.stderr
    assert sorted(path.name for path in elsewhere.rglob("*")) == before
    assert (home / "data" / "dlt").is_dir()


@pytest.mark.heavy
def test_a_page_is_written_to_the_folder_one_is_in_though_a_build_came_before(
    season_copy: Place, elsewhere: Path
) -> None:
    words = ["backtest", "run", "flat", "-p", "pick=home", "--at", "1h", "--report", "page.html"]
    environment = season_copy.environment | {"ODDS_AS_OF": "2026-07-10T23:00:00Z"}
    said = run(elsewhere, *words, environment=environment)
    assert said.status == 0, said.err
    assert (elsewhere / "page.html").stat().st_size > 10_000
