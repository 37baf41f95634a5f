"""Rows that wait on disk while the warehouse is away."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.ops_tables import make_ops_tables
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.journal import SUFFIX, Journal, Row
from tests.conftest import duckdb_settings

TABLE = "credit_reservations"
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def row(key: str, **changes: object) -> Row:
    values = {"reservation_id": key, "endpoint": "/v4/sports", "credits_estimated": 1}
    return Row(TABLE, {**values, "reserved_at": NOW, "state": "reserved", **changes})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = duckdb_settings(tmp_path)
    with connect(settings) as connection:
        make_ops_tables(connection)
    return settings


def held(settings: Settings) -> list[str]:
    with connect(settings) as connection:
        rows = connection.rows(f"select reservation_id from ops.{TABLE} order by 1")  # noqa: S608
    return [key for (key,) in rows]


def files(settings: Settings) -> int:
    return len(list((settings.odds_data_dir / "journal").glob("*.json")))


def test_a_row_that_cannot_be_written_yet_stays_on_disk(settings: Settings) -> None:
    journal = Journal(settings)
    journal.is_reachable = False
    journal.write(row("first"), row("second"))
    with connect(settings) as connection:
        connection.rows(f"alter table ops.{TABLE} rename to away")
        # a table that is missing would be made: one that lacks columns is not
        connection.rows(f"create table ops.{TABLE} (reservation_id text primary key)")
    journal.is_reachable = True
    with pytest.raises(duckdb.Error, match="does not have a column"):
        journal.flush()
    assert (files(settings), held(settings)) == (2, [])
    with connect(settings) as connection:
        connection.rows(f"drop table ops.{TABLE}")
        connection.rows(f"alter table ops.away rename to {TABLE}")
    journal.flush()
    assert (files(settings), held(settings)) == (0, ["first", "second"])


def test_the_last_word_on_a_row_is_what_stands(settings: Settings) -> None:
    journal = Journal(settings)
    journal.write(row("one"))
    journal.is_reachable = False
    journal.write(row("one", state="charge_unknown"))
    journal.write(row("one", state="settled"))
    assert [kept["state"] for kept in journal.kept(TABLE)] == ["settled"]
    journal.is_reachable = True
    journal.flush()
    with connect(settings) as connection:
        assert connection.rows(f"select state from ops.{TABLE}") == [("settled",)]  # noqa: S608


def test_a_note_that_cannot_be_read_keeps_no_other_waiting(settings: Settings) -> None:
    journal = Journal(settings)
    journal.is_reachable = False
    journal.write(row("whole"))
    folder = settings.odds_data_dir / "journal"
    (folder / f"{TABLE}-a{SUFFIX}").write_bytes(b"{")
    journal.is_reachable = True
    journal.flush()
    assert (files(settings), held(settings)) == (0, ["whole"])
    assert (folder / "broken" / f"{TABLE}-a{SUFFIX}").read_bytes() == b"{"
