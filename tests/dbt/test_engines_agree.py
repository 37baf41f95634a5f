"""Everything that is built, from the same landings on both engines, held row against row."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from cli.local_postgres import PostgresAddress
from ingestion.pipelines import import_results
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from simulator import Faults, Season, SeasonOptions
from simulator.recording import write_recording
from tests.conftest import duckdb_settings, postgres_settings
from tests.dbt.marts import LANDED_AT, land
from tests.dbt.test_marts_agree import RECORDINGS
from tests.oracle import Line, read_recording

# fct_odds is its changes and snapshots multiplied out: the oracle derives it on each engine
LEFT_OUT = {"marts.fct_odds"}
# by which load a row came, and when it was built, differs from warehouse to warehouse
NOT_COMPARED = {"load_id", "result_load_id", "built_at", "began_at"}
CLOSEST = 1e-9
# games seen under way, and how many of them have a result (the All-Star game has none)
PLAYED = {"nfl_2025_sep_nov": (85, 85), "mlb_2026_july": (159, 158)}

GAMES_PLAYED = """
select
    count(distinct events.event_id),
    count(distinct results.event_id)
from intermediate.int_events as events
left join marts.fct_results as results
    on events.event_id = results.event_id and results.is_final
where events.observed_start_at is not null
"""


@pytest.fixture
def both(tmp_path: Path, postgres_database: PostgresAddress) -> tuple[Settings, Settings]:
    return duckdb_settings(tmp_path), postgres_settings(tmp_path / "postgres", postgres_database)


def assert_engines_agree(
    both: tuple[Settings, Settings], lines: Sequence[Line], *, results: Path | None = None
) -> dict[str, int]:
    """Land and build on both; returns the rows of each relation."""
    as_of = max(datetime.fromisoformat(line["received_at"]) for line in lines)
    for settings in both:
        land(lines, settings)
        if results:
            import_results(results, settings, now=lambda: LANDED_AT)
        Transformation(settings).build_models(as_of=as_of)
    here, server = both
    counts = {}
    with duckdb.connect(str(here.odds_duckdb_path)) as connection:
        connection.execute("set timezone = 'UTC'")
        for relation in sorted(_relations(connection) - LEFT_OUT):
            other = _copied(connection, relation, server, folder=here.odds_data_dir)
            counts[relation] = _assert_same_rows(connection, relation, other)
    return counts


def _relations(connection: duckdb.DuckDBPyConnection) -> set[str]:
    found = connection.sql(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_schema in ('marts', 'quality', 'ops')"
    )
    return {name for (name,) in found.fetchall()}


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    found = connection.sql(f"describe {relation}").fetchall()
    return {name: kind for name, kind, *_ in found if name not in NOT_COMPARED}


def _copied(
    connection: duckdb.DuckDBPyConnection, relation: str, server: Settings, *, folder: Path
) -> str:
    """The same relation of the server, brought over as text: doubles come back as they were."""
    columns = _columns(connection, relation)
    file = folder / f"{relation}.csv"
    copy = f"copy (select {', '.join(columns)} from {relation}) to stdout (format csv, null '\\N')"  # noqa: S608
    with connect(server) as other, file.open("w") as stream:
        other.native.cursor().copy_expert(copy, stream)
    connection.execute(
        f"create or replace temp table other as select * from read_csv('{file}',"  # noqa: S608
        f" auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '\\N',"
        f" columns = {columns})"
    )
    file.unlink()
    return "other"


def _assert_same_rows(connection: duckdb.DuckDBPyConnection, relation: str, other: str) -> int:
    columns = _columns(connection, relation)
    doubles = [name for name, kind in columns.items() if kind == "DOUBLE"]
    order = [name for name in columns if name not in doubles]
    order += [f"round({name}, 6)" for name in doubles]
    differs = [
        f"not coalesce(abs(a.{name} - b.{name}) <= {CLOSEST} * greatest(1, abs(a.{name})),"
        f" a.{name} is null and b.{name} is null)"
        if name in doubles
        else f"a.{name} is distinct from b.{name}"
        for name in columns
    ]
    sides = [
        f"(select * from {side} order by {', '.join(order)}) as {alias}"  # noqa: S608
        for side, alias in ((relation, "a"), (other, "b"))
    ]
    rows = f"from {sides[0]} positional join {sides[1]} where {' or '.join(differs)}"
    assert connection.sql(f"select * {rows} limit 3").fetchall() == [], relation
    [count] = connection.sql(f"select count(*) from {relation}").fetchone() or (0,)  # noqa: S608
    return int(count)


# that each engine agrees with the oracle is in every run: test_marts_agree.py
@pytest.mark.heavy
def test_engines_agree_on_a_simulated_season(
    both: tuple[Settings, Settings], tmp_path: Path
) -> None:
    recording = tmp_path / "season.jsonl"
    faults = Faults(early_starts=0.3, delayed_starts=0.3, false_starts=0.3)
    write_recording(Season(SeasonOptions(seed=3, games=8, faults=faults)), recording)
    counts = assert_engines_agree(both, list(read_recording(recording)))
    for mart in ("fct_consensus_prices", "fct_line_movements", "fct_book_accuracy"):
        assert counts[f"marts.{mart}"] > 0, mart


@pytest.mark.heavy
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("recording", RECORDINGS)
def test_engines_agree_on_real_recordings(
    both: tuple[Settings, Settings], shared_data: Path, recording: str
) -> None:
    lines = list(read_recording(shared_data / "recordings" / f"{recording}.jsonl.xz"))
    counts = assert_engines_agree(both, lines, results=shared_data / "results.csv")
    assert counts["marts.fct_fair_prices"] > 0
    if recording in PLAYED:
        with connect(both[0]) as connection:
            assert connection.rows(GAMES_PLAYED) == [PLAYED[recording]]
