"""The drill: what is backed up comes back on either engine, and nothing of it is lost."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from cli.local_postgres import fresh_database
from ingestion.copies.backup import back_up
from ingestion.copies.restoring import restore_backup
from ingestion.copies.tables import KEPT_TABLES
from ingestion.errors import OddsError, UsageError
from ingestion.landing import Landing
from ingestion.ops_tables import OPS_TABLES
from ingestion.pipelines import import_results
from ingestion.raw_tables import ARCHIVED_TABLES, RAW_TABLES, RawTable
from ingestion.settings import Settings
from ingestion.warehouse import connect
from tests.conftest import (
    MakeResponse,
    duckdb_settings,
    postgres_is_heavy,
    postgres_settings,
)

NOW = datetime(2026, 2, 1, 12, 0, 0, 123456, tzinfo=UTC)
VALUES: Mapping[pa.DataType, Any] = {
    pa.string(): 'it\'s ünïcode, "quoted"\nand long',
    pa.int64(): 7,
    pa.float64(): 0.1 + 0.2,
    pa.timestamp("us", tz="UTC"): NOW,
}
SCORES = """sport_key,game_date,starts_at,home_team,away_team,home_score,away_score,status
baseball_mlb,2026-07-10,2026-07-10T18:00:00Z,Boston Red Sox,New York Yankees,5,3,final
"""
OPS_VALUES = {
    "text": "said '",
    "timestamp": NOW,
    "integer": 3,
    "boolean": True,
    "double": 0.1,
    "bigint": 2**40,
}


def now() -> datetime:
    return NOW


def told_row(table: RawTable, key: str) -> SimpleNamespace:
    values = {field.name: VALUES[field.type] for field in table.arrow_schema}
    return SimpleNamespace(**values | {table.key: key})


def filled(settings: Settings, make_response: MakeResponse) -> Settings:
    """A warehouse with rows in every table that a backup holds, and an answer that waits."""
    landing = Landing(settings, now=now)
    landing.land(make_response(number) for number in range(3))
    scores = settings.odds_data_dir / "league.csv"
    scores.write_text(SCORES)
    import_results(scores, settings, now=now)
    for table in set(RAW_TABLES) - set(ARCHIVED_TABLES):
        landing.land_rows(table, [told_row(table, "aa"), told_row(table, "bb")])
    with connect(settings) as connection:
        for name, columns in OPS_TABLES.items():
            kinds = [
                line.split()[1].rstrip(",")
                for line in columns.strip().splitlines()
                if not line.strip().startswith("primary key (")
            ]
            places = ", ".join("?" * len(kinds))
            connection.rows(
                f"insert into ops.{name} values ({places})",  # noqa: S608 - our own table
                [OPS_VALUES[kind] for kind in kinds],
            )
    landing.spool.write(make_response(9))
    return settings


def content(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that is to be kept, without what dlt adds."""
    found = {}
    with connect(settings) as connection:
        for table in KEPT_TABLES:
            columns = sorted(connection.columns(table.schema, table.name) - {"_dlt_load_id"})
            names = ", ".join(f'"{column}"' for column in columns)
            rows = connection.rows(f"select {names} from {table.relation}")  # noqa: S608
            found[table.relation] = sorted(map(_in_utc, rows), key=repr)
    return found


def _in_utc(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(value.astimezone(UTC) if isinstance(value, datetime) else value for value in row)


@pytest.fixture
def other(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """An empty warehouse on the other engine."""
    folder = tmp_path / "other"
    if engine == "postgres":
        yield duckdb_settings(folder)
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as address:
        yield postgres_settings(folder, address)


@postgres_is_heavy
def test_a_backup_comes_back_whole_on_the_other_engine(
    settings: Settings, other: Settings, make_response: MakeResponse, tmp_path: Path
) -> None:
    filled(settings, make_response)
    made = back_up(settings, tmp_path / "monday.tar", now=NOW)
    assert set(made.tables) == {table.relation for table in KEPT_TABLES}
    assert min(made.tables.values()) > 0
    assert made.waiting == 1
    done = restore_backup(other, made.path, now=now)
    assert {name: table.landed for name, table in done.tables.items()} == made.tables
    Landing(settings, now=now).land_spool()
    assert content(other) == content(settings)
    # a second time nothing is new, and nobody is to be surprised by it
    with pytest.raises(UsageError, match=r"not empty: raw.api_responses holds rows.*--merge"):
        restore_backup(other, made.path, now=now)
    again = restore_backup(other, made.path, now=now, is_merged=True)
    assert {table.landed for table in again.tables.values()} == {0}
    assert content(other) == content(settings)
    in_production = other.model_copy(update={"odds_environment": "production"})
    with pytest.raises(OddsError, match="not done in production"):
        restore_backup(in_production, made.path, now=now, is_merged=True)


def test_a_backup_that_is_not_whole_is_refused_before_anything_lands(
    make_response: MakeResponse, tmp_path: Path
) -> None:
    settings = filled(duckdb_settings(tmp_path / "from"), make_response)
    folder = back_up(settings, tmp_path / "monday", now=NOW).path
    packed = back_up(settings, tmp_path / "monday.tar", now=NOW).path
    other = duckdb_settings(tmp_path / "to")
    bets, listed = folder / "raw.bets.parquet", folder / "manifest.json"

    def refusal(path: Path = folder) -> str:
        with pytest.raises(UsageError) as refused:
            restore_backup(other, path, now=now)
        assert not other.odds_duckdb_path.exists()
        return str(refused.value)

    whole = bets.read_bytes()
    bets.write_bytes(whole[:-1] + b"?")
    assert (
        refusal() == f"{folder}: raw.bets.parquet is damaged: it is not what manifest.json tells of"
    )
    bets.unlink()
    assert "raw.bets.parquet is missing" in refusal()
    bets.write_bytes(whole)
    listed.write_bytes(listed.read_bytes()[:50])
    assert "manifest.json is damaged" in refusal()
    listed.unlink()
    assert "no whole backup: it has no manifest.json" in refusal()
    packed.write_bytes(packed.read_bytes()[:2_000])
    assert f"{packed}: no whole backup" in refusal(packed)
    assert "no such file or folder" in refusal(tmp_path / "missing")


def test_a_backup_takes_the_place_of_nothing_and_leaves_nothing_behind(
    make_response: MakeResponse, tmp_path: Path
) -> None:
    settings = filled(duckdb_settings(tmp_path), make_response)
    left_by_a_killed_one = tmp_path / ".monday.unfinished"
    left_by_a_killed_one.mkdir()
    (left_by_a_killed_one / "raw.bets.parquet").write_bytes(b"half")
    back_up(settings, tmp_path / "monday", now=NOW)
    with pytest.raises(UsageError, match="is there already"):
        back_up(settings, tmp_path / "monday", now=NOW)
    nowhere = duckdb_settings(tmp_path / "nowhere")
    with pytest.raises(OddsError, match="there is no"):
        back_up(nowhere, tmp_path / "tuesday", now=NOW)
    assert not list(tmp_path.glob(".*"))
    assert not (tmp_path / "tuesday").exists()
