"""A DuckDB warehouse is read and built under whatever name its file has; some are refused."""

import os
import shutil
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.duckdb_names import RESERVED, SCHEMAS, why_unfit
from ingestion.errors import UsageError
from ingestion.settings import PROJECT_DIR, load_settings
from scheduler.transformation import Transformation
from tests.cli.conftest import Place

AS_OF = datetime(2026, 7, 10, 19, tzinfo=UTC)
DBT = Path(sys.executable).with_name("dbt")
MACRO = PROJECT_DIR / "dbt_project" / "macros" / "run" / "refuse_unfit_file_name.sql"
COPIES = ("copy.duckdb", "2026 größe 🏀.a.db", "no_ending")
COUNTED = {"fct_odds", "fct_best_prices", "dim_events", "fct_closing_lines", "fct_fetches"}
Counts = dict[str, int]


@pytest.fixture
def copy(season: Place, tmp_path: Path) -> Path:
    path = tmp_path / "copy.duckdb"
    shutil.copy(season.warehouse, path)
    return path


def looked_at(connection: duckdb.DuckDBPyConnection, catalogue: str | None = None) -> Counts:
    """Binds every relation, and counts what some of the marts show, by name."""
    name = catalogue or connection.execute("select current_database()").fetchall()[0][0]
    relations = connection.execute(
        "select table_schema, table_name from information_schema.tables where table_catalog = ?",
        [name],
    ).fetchall()
    wanted = [(schema, table) for schema, table in relations if schema in SCHEMAS]
    assert len(wanted) > 100
    prefix = f'"{catalogue}".' if catalogue else ""
    found: Counts = {}
    for schema, table in wanted:
        relation = f'{prefix}"{schema}"."{table}"'
        connection.execute(f"select * from {relation} limit 0")  # noqa: S608 - of the catalogue
        if table in COUNTED:
            rows = connection.execute(f"select count(*) from {relation}").fetchall()  # noqa: S608
            found[table] = rows[0][0]
    assert set(found) == COUNTED
    assert all(found.values())
    return found


def looked_into(path: Path) -> Counts:
    with closing(duckdb.connect(path, read_only=True)) as connection:
        return looked_at(connection)


@pytest.mark.heavy
def test_a_copy_shows_every_relation_whatever_it_is_called(season: Place, tmp_path: Path) -> None:
    expected = looked_into(season.warehouse)
    for name in COPIES:
        path = tmp_path / name
        shutil.copy(season.warehouse, path)
        assert looked_into(path) == expected, name


@pytest.mark.heavy
def test_an_attached_file_shows_every_relation_beside_others(season: Place, copy: Path) -> None:
    """Whatever schemas and tables of these names the others have."""
    expected = looked_into(copy)
    with closing(duckdb.connect()) as connection:
        connection.execute("create schema marts; create schema intermediate; create schema raw")
        connection.execute("create view marts.fct_odds as select 1 as nothing where false")
        connection.execute("create table raw.api_responses as select 1 as nothing")
        connection.execute(f"attach '{copy}' as mine (read_write)")
        connection.execute(f"attach '{season.warehouse}' as \"the first\" (read_only)")
        assert looked_at(connection, "mine") == expected
        assert looked_at(connection, "the first") == expected
        connection.execute("use mine")
        assert looked_at(connection) == expected


@pytest.mark.heavy
def test_a_renamed_file_is_built_on_and_old_views_that_name_it_are_made_anew(
    copy: Path, tmp_path: Path
) -> None:
    expected = looked_into(copy)
    with closing(duckdb.connect(copy)) as connection:
        views = connection.execute(
            # DuckDB shows `cross join` as a comma, which binds otherwise
            "select sql from duckdb_views() where not internal and not contains(sql, ' , ')"
        ).fetchall()
        for (sql,) in views:
            text = sql.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1)
            for each in SCHEMAS:
                text = text.replace(f"FROM {each}.", f"FROM copy.{each}.")
                text = text.replace(f"JOIN {each}.", f"JOIN copy.{each}.")
            connection.execute(text)
    renamed = tmp_path / "it was copy 2026.db"
    copy.rename(renamed)
    with pytest.raises(duckdb.BinderException, match='"copy" does not exist'):
        looked_into(renamed)

    settings = load_settings(odds_target="duckdb", odds_data_dir=tmp_path, odds_duckdb_path=renamed)
    Transformation(settings).bring_up_to_date(as_of=AS_OF)
    assert looked_into(renamed) == expected
    shutil.move(renamed, tmp_path / "again.duckdb")
    assert looked_into(tmp_path / "again.duckdb") == expected


@pytest.mark.parametrize(
    ("name", "said"),
    [
        *((f"{each}.duckdb", "is called like a schema") for each in (*SCHEMAS, *RESERVED)),
        ("MARTS.duckdb", "is called like a schema"),
        ("Main", "is called like a schema"),
        (".raw.db", "is called like a schema"),
        ("ops.2026.duckdb", "is called like a schema"),
        ("it's.duckdb", "has a ' in it"),
        ('a"b.duckdb', 'has a " in it'),
        ("a;b.duckdb", "has a ; in it"),
        ("a?b.duckdb", "has a [?] in it"),
        ("c#/w.duckdb", "has a # in it"),
        (" .duckdb", "its name is blank"),
        (" a .duckdb", "its name is blank, or begins or ends so"),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_one_line(tmp_path: Path, name: str, said: str) -> None:
    path = tmp_path / name
    with pytest.raises(UsageError, match=f"^ODDS_DUCKDB_PATH: .*{said}.*for example") as refused:
        load_settings(odds_target="duckdb", odds_duckdb_path=path)
    assert "\n" not in str(refused.value)
    load_settings(odds_target="postgres", odds_duckdb_path=path)


def test_every_command_refuses_it_in_one_line(place: Place) -> None:
    said = place.odds("board", ODDS_DUCKDB_PATH="data/Raw.duckdb")
    assert (said.status, said.out) == (2, "")
    path = place.folder / "data/Raw.duckdb"
    assert said.err.startswith(f"odds: ODDS_DUCKDB_PATH: {path} is called like a schema")
    assert said.err.count("\n") == 1
    assert not list(place.folder.iterdir())


@pytest.mark.heavy
def test_commands_read_a_renamed_copy(season: Place, copy: Path) -> None:
    for words in ("board", "events --all", "show last", "movement last", "status", "db stats"):
        said = season.odds(
            *words.split(), "--as-of", "2026-07-10T19:00:00Z", ODDS_DUCKDB_PATH=str(copy)
        )
        assert said.status == 0, said.err


@pytest.mark.parametrize(
    "name", [*COPIES, ".hidden", "mart.db", "it's here/w.db", "a;b/raw/w.db", "$x{{x}}"]
)
def test_other_names_are_taken(tmp_path: Path, name: str) -> None:
    assert why_unfit(tmp_path / name) is None


def test_a_link_is_judged_by_what_it_leads_to_as_well(tmp_path: Path) -> None:
    (tmp_path / "link.duckdb").symlink_to(tmp_path / "marts.duckdb")
    (tmp_path / "quality.duckdb").symlink_to(tmp_path / "fine.duckdb")
    assert "marts.duckdb is called" in str(why_unfit(tmp_path / "link.duckdb"))
    assert "quality.duckdb is called" in str(why_unfit(tmp_path / "quality.duckdb"))


def test_dbt_refuses_the_same_names() -> None:
    text = MACRO.read_text()
    assert {f"'{each}'" for each in (*SCHEMAS, *RESERVED)} <= set(text.replace(",", " ").split())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Marts.duckdb", "is called like a schema"),
        pytest.param("it's.db", "has a ' in it", marks=pytest.mark.heavy),
    ],
)
def test_dbt_by_hand_says_so_before_it_touches_anything(
    tmp_path: Path, name: str, said: str
) -> None:
    run = subprocess.run(
        [DBT, "--no-use-colors", "run", "--target-path", tmp_path / "target"],
        cwd=PROJECT_DIR,
        env={
            **os.environ,
            "ODDS_TARGET": "duckdb",
            "ODDS_DUCKDB_PATH": str(tmp_path / name),
            "DBT_LOG_PATH": str(tmp_path / "logs"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode != 0
    (line,) = [line for line in run.stdout.splitlines() if "ODDS_DUCKDB_PATH" in line]
    assert f"{name} {said}" in line
    assert not (tmp_path / name).exists()
