"""A mart as a file is the same from either engine, and from as many batches as it takes."""

from pathlib import Path

import duckdb
import psycopg2
import pytest
from pyarrow import parquet

from analysis import exporting, frames
from analysis.opening import reading
from ingestion.settings import Settings

# of each type that marts have, with what is missing
MADE = """
    create schema marts;
    create table marts.fct_things as
    select
        'a, "b"' as name,
        cast(1 as integer) as count,
        cast(number as double precision) / 3 as value,
        true as is_so,
        cast('2026-01-31 18:00:00.5+00' as timestamp with time zone) as happened_at,
        cast('2026-01-31' as date) as game_date,
        cast(null as text) as missing
    from generate_series(1, 5) as numbers (number);
"""


@pytest.fixture
def made(settings: Settings) -> Settings:
    if settings.odds_target == "duckdb":
        settings.odds_duckdb_path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(settings.odds_duckdb_path) as connection:
            connection.execute(MADE)
        return settings
    connection = psycopg2.connect(
        host=settings.pghost,
        port=settings.pgport,
        user=settings.pguser,
        password=settings.pgpassword.get_secret_value(),
        dbname=settings.pgdatabase,
    )
    with connection, connection.cursor() as cursor:
        cursor.execute(MADE)
    connection.close()
    return settings


def test_a_mart_is_the_same_file_from_either_engine(
    made: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "ROWS_AT_A_TIME", 2)
    with reading(made) as warehouse:
        for name in ("things.csv", "things.parquet"):
            assert exporting.export(warehouse, "marts.fct_things", tmp_path / name) == 5
    lines = (tmp_path / "things.csv").read_text().splitlines()
    assert lines[0] == "name,count,value,is_so,happened_at,game_date,missing"
    assert lines[1] == (
        '"a, ""b""",1,0.3333333333333333,true,2026-01-31T18:00:00.500000Z,2026-01-31,'
    )
    assert len(lines) == 6
    table = parquet.read_table(tmp_path / "things.parquet")
    assert [str(field.type) for field in table.schema] == [
        "string",
        "int64",
        "double",
        "bool",
        "timestamp[us, tz=UTC]",
        "date32[day]",
        "string",
    ]
    assert table.column("value").to_pylist() == [number / 3 for number in range(1, 6)]
