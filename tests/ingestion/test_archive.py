import json
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from ingestion.archive.export import Export
from ingestion.archive.files import read_rows, write_rows
from ingestion.archive.manifest import writing_alone
from ingestion.archive.restore import restore_archive
from ingestion.archive.source import Selection
from ingestion.errors import OddsError, UsageError
from ingestion.landing import Landing
from ingestion.pipelines import import_results, replay
from ingestion.raw_tables import API_RESPONSES, RAW_TABLES
from ingestion.recordings import archive_line
from ingestion.results import RESULT_FIELDS
from ingestion.warehouse import connect
from simulator import Season, SeasonOptions
from simulator.recording import write_recording
from tests.conftest import duckdb_settings, postgres_settings

LANDED_AT = datetime(2026, 2, 1, 12, 0, 0, 123456, tzinfo=UTC)
OF_NO_SPORT = "api_responses-2026-01.parquet"
JANUARY = "api_responses-2026-01-basketball_nba.parquet"


@pytest.fixture
def other(engine, tmp_path, request):
    """An empty warehouse of the other engine."""
    folder = tmp_path / "other"
    if engine == "postgres":
        return duckdb_settings(folder)
    return postgres_settings(folder, request.getfixturevalue("postgres_database"))


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "archive"


def land(settings, *responses, at=LANDED_AT):
    Landing(settings, now=lambda: at).land(responses)


def export(settings, folder, *, file_format="parquet", **selection):
    exporting = Export(settings, folder, selection=Selection(**selection), file_format=file_format)
    return exporting.write(exporting.months())


def restore(settings, *paths):
    return restore_archive(paths, settings, now=lambda: datetime(2030, 1, 1, tzinfo=UTC))


def raw_rows(settings):
    """Every column of every row of the raw tables, without what dlt keeps for itself."""
    found = Counter()
    with connect(settings) as connection:
        existing = connection.relations("raw")
        for table in RAW_TABLES:
            if table.name in existing:
                columns = ", ".join(table.arrow_schema.names)
                for row in connection.rows(f"select {columns} from raw.{table.name}"):  # noqa: S608
                    values = (
                        value.astimezone(UTC) if isinstance(value, datetime) else value
                        for value in row
                    )
                    found[table.name, *values] += 1
    return found


def states(summary):
    return {file.file.name: file.state for file in summary.files}


def odd_responses(make_response):
    """What the API, and what stands between, can answer."""
    later = datetime(2026, 2, 1, tzinfo=UTC)
    return [
        make_response(0, body='[ {"home_team": "Montr\\u00e9al", "price": 1.10} ]', job_id="a"),
        make_response(1, status_code=502, body="<html>Bad gateway</html>"),
        make_response(2, status_code=502, body=""),
        make_response(3, body='[{"id": "cut off in the mid'),
        make_response(4, body=""),
        make_response(5, body="null"),
        make_response(6, body='"text"'),
        make_response(7, body='{"id": 1, "id": 2}'),
        make_response(8, endpoint="/v4/sports", params={"all": "true"}),
        make_response(9, captured_at=later - timedelta(microseconds=1)),
        make_response(10, captured_at=later),
        make_response(
            11,
            status_code=None,
            captured_at=None,
            body="",
            headers={},
            error_code="timeout",
            credits_estimated=3,
        ),
        make_response(
            12,
            endpoint="/v4/historical/sports/americanfootball_nfl/odds",
            body='{"timestamp":"2023-10-24T11:55:43Z","data":[]}',
            headers={"x-requests-last": "30", "x-requests-used": "7", "x-requests-remaining": "8"},
            elapsed_ms=812,
            origin="historical",
        ),
        make_response(
            13,
            captured_at=None,
            headers={"x-requests-last": "-5", "x-requests-used": "7", "Date": "yesterday"},
        ),
    ]


def write_scores(folder):
    path = folder / "league.csv"
    rows = [
        "basketball_nba,2026-01-31,,A,B,101,99,final",
        "basketball_nba,2026-01-31,,C,D,,,postponed",
    ]
    path.write_text("\n".join([",".join(RESULT_FIELDS), *rows]) + "\n")
    return path


@pytest.mark.parametrize("file_format", ["parquet", "jsonl"])
def test_what_is_exported_comes_back_in_every_column_on_the_other_engine(
    settings, other, archive, make_response, file_format
):
    recording = archive.parent / "season.jsonl"
    write_recording(Season(SeasonOptions(seed=3, games=2)), recording)
    replay([recording], settings, skip_bad=False, now=lambda: LANDED_AT)
    land(settings, *odd_responses(make_response), at=LANDED_AT + timedelta(days=40))
    import_results(write_scores(archive.parent), settings, now=lambda: LANDED_AT)
    before = raw_rows(settings)

    summary = export(settings, archive, file_format=file_format)
    assert sum(file.new_rows for file in summary.files) == sum(before.values())
    assert set(states(summary).values()) == {"written"}
    restored = restore(other, archive)

    assert (restored.landed, restored.already_held) == (sum(before.values()), 0)
    assert raw_rows(other) == before
    again = restore(other, archive)
    assert (again.landed, again.already_held) == (0, restored.landed)
    assert set(states(export(other, archive, file_format=file_format)).values()) == {"unchanged"}


def test_rows_lie_in_the_file_of_their_month_and_sport(settings, archive, tmp_path, make_response):
    land(settings, *odd_responses(make_response))
    import_results(write_scores(tmp_path), settings, now=lambda: LANDED_AT)
    assert {file.file.name: file.rows for file in export(settings, archive).files} == {
        "api_responses-2023-10-americanfootball_nfl.parquet": 1,
        OF_NO_SPORT: 1,
        JANUARY: 11,
        "api_responses-2026-02-basketball_nba.parquet": 1,
        "result_rows-2026-02-basketball_nba.parquet": 2,
    }
    assert pq.read_schema(archive / JANUARY).names == API_RESPONSES.arrow_schema.names


@pytest.mark.parametrize("engine", ["duckdb"])
@pytest.mark.parametrize(
    ("selection", "rows"),
    [
        ({"before": date(2026, 2, 1)}, 13),
        ({"since": date(2026, 2, 1)}, 1),
        ({"since": date(2024, 1, 1), "before": date(2026, 2, 1)}, 12),
        ({"sport_key": "americanfootball_nfl"}, 1),
        ({"sport_key": "nothing"}, 0),
    ],
    ids=["before", "since", "both", "a sport", "no such sport"],
)
def test_a_selection_is_by_utc_day_and_sport(settings, archive, make_response, selection, rows):
    land(settings, *odd_responses(make_response))
    assert sum(file.rows for file in export(settings, archive, **selection).files) == rows


def test_a_month_is_written_again_only_when_it_has_grown(settings, archive, make_response):
    land(settings, make_response(0), make_response(1))
    assert states(export(settings, archive)) == {JANUARY: "written"}
    inode = (archive / JANUARY).stat().st_ino
    assert states(export(settings, archive)) == {JANUARY: "unchanged"}
    assert (archive / JANUARY).stat().st_ino == inode
    land(settings, make_response(2))
    grown = export(settings, archive)
    assert [(file.rows, file.new_rows, file.state) for file in grown.files] == [(3, 1, "written")]
    assert len(list(read_rows(archive / JANUARY, API_RESPONSES))) == 3


@pytest.mark.parametrize("engine", ["duckdb"])
def test_an_archive_never_loses_what_it_holds(settings, archive, tmp_path, make_response):
    """A part of a month, or a new warehouse that begins in its middle, adds and takes nothing."""
    everything = [make_response(number) for number in range(6)]
    land(settings, *everything[:4])
    export(settings, archive)
    assert states(export(settings, archive, since=date(2026, 1, 31))) == {JANUARY: "unchanged"}
    young = duckdb_settings(tmp_path / "young")
    land(young, *everything[3:])
    assert states(export(young, archive)) == {JANUARY: "written"}
    assert states(export(young, archive)) == {JANUARY: "unchanged"}
    assert {row.response_id for row in read_rows(archive / JANUARY, API_RESPONSES)} == {
        response.response_id for response in everything
    }


def test_an_archive_of_an_earlier_version_restores_though_it_lacks_a_column(
    settings, archive, tmp_path, make_response
):
    land(settings, make_response(0), make_response(1))
    before = raw_rows(settings)
    export(settings, archive)
    old = tmp_path / "old.parquet"
    pq.write_table(pq.read_table(archive / JANUARY).drop_columns(["bad_headers"]), old)
    young = duckdb_settings(tmp_path / "young")
    assert restore(young, old).landed == 2
    assert raw_rows(young) == before


def test_rows_of_a_load_that_never_became_complete_are_not_archived(
    settings, archive, make_response
):
    land(settings, make_response(0))
    land(settings, make_response(1))
    with connect(settings) as connection:
        connection.rows(
            "update raw._dlt_loads set status = 1 where load_id = (select _dlt_load_id"
            " from raw.api_responses where response_id = ?)",
            (make_response(1).response_id,),
        )
    export(settings, archive)
    [row] = read_rows(archive / JANUARY, API_RESPONSES)
    assert row == replace(make_response(0), landed_at=LANDED_AT)


def test_a_row_of_the_warehouse_that_was_changed_is_not_archived(settings, archive, make_response):
    land(settings, make_response(0), make_response(1))
    with connect(settings) as connection:
        connection.rows(
            "update raw.api_responses set payload = '[]' where response_id = ?",
            (make_response(1).response_id,),
        )
    with pytest.raises(OddsError, match=f"{make_response(1).response_id}: the payload is not"):
        export(settings, archive)
    assert {path.name for path in archive.rglob("*")} == {".lock"}


KILL = """
import importlib, json, os, signal, sys
from pathlib import Path
from ingestion.archive.export import Export
from ingestion.archive.source import Selection
from ingestion.settings import load_settings
order = json.loads(sys.argv[1])
owner, name = importlib.import_module(order["module"]), order["name"]
if "." in name:
    kind, name = name.split(".")
    owner = getattr(owner, kind)
original, calls = getattr(owner, name), []
def die(*arguments, **named):
    calls.append(name)
    if len(calls) == order["call"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*arguments, **named)
setattr(owner, name, die)
export = Export(load_settings(**order["settings"]), Path(order["to"]), selection=Selection())
export.write(export.months())
"""
FOLDER_SYNCED = ("ingestion.durable", "sync_folder")
INSTANTS = {
    "half written": ("pyarrow.parquet", "ParquetWriter.close", 1),
    "not read back yet": ("ingestion.archive.folder", "check_written", 1),
    "not named yet": (*FOLDER_SYNCED, 1),
    "not listed yet": (*FOLDER_SYNCED, 2),
}


@pytest.mark.parametrize("engine", ["duckdb"])
@pytest.mark.parametrize(
    "instant",
    [
        pytest.param(each, marks=[] if each == "half written" else pytest.mark.heavy)
        for each in INSTANTS
    ],
)
def test_an_export_that_is_killed_leaves_whole_files_and_is_finished_by_the_next(
    settings, archive, make_response, instant
):
    land(settings, make_response(0))
    export(settings, archive)
    land(settings, make_response(1), make_response(2, endpoint="/v4/sports", params={}))
    module, name, call = INSTANTS[instant]
    fields = settings.model_dump(mode="json", exclude={"odds_api_key", "pgpassword"})
    order = {"settings": fields, "module": module, "name": name, "call": call}
    order["to"] = str(archive)
    killed = subprocess.run([sys.executable, "-c", KILL, json.dumps(order)], check=False)
    assert killed.returncode == -signal.SIGKILL
    (archive / ".unfinished" / "of another month.parquet").touch()

    # the file without a sport comes first
    names = {path.name for path in archive.glob("*.parquet")}
    assert names == {JANUARY, OF_NO_SPORT} if instant == "not listed yet" else {JANUARY}
    assert len(list(read_rows(archive / JANUARY, API_RESPONSES))) == 1
    export(settings, archive)
    assert len(list(read_rows(archive / JANUARY, API_RESPONSES))) == 2
    assert states(export(settings, archive)) == {OF_NO_SPORT: "unchanged", JANUARY: "unchanged"}
    assert not list(archive.rglob(".unfinished/*"))


@pytest.mark.parametrize("engine", ["duckdb"])
@pytest.mark.parametrize(
    "call",
    [
        pytest.param(1, id="unlisted", marks=pytest.mark.heavy),
        pytest.param(2, id="named", marks=pytest.mark.heavy),
        pytest.param(3, id="listed"),
    ],
)
def test_a_month_that_is_written_again_is_whole_whenever_its_export_is_killed(
    settings, archive, make_response, monkeypatch, call
):
    land(settings, make_response(0))
    export(settings, archive)
    land(settings, make_response(1))
    synced = []

    def fail(folder):
        synced.append(folder)
        if len(synced) == call:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("ingestion.durable.sync_folder", fail)
        with pytest.raises(KeyboardInterrupt):
            export(settings, archive)
    held = list(read_rows(archive / JANUARY, API_RESPONSES))
    assert len(held) == (1 if call == 1 else 2)
    fresh = duckdb_settings(archive / "elsewhere")
    assert restore(fresh, archive).landed == len(held)
    export(settings, archive)
    assert restore(fresh, archive).rows == 2
    assert states(export(settings, archive)) == {JANUARY: "unchanged"}


@pytest.mark.parametrize("engine", ["duckdb"])
def test_a_file_that_does_not_read_back_gets_no_name(settings, archive, make_response, monkeypatch):
    def write_half(file, table, file_format, batches):
        write_rows(file, table, file_format, (batch[::2] for batch in batches))

    land(settings, make_response(0), make_response(1))
    with monkeypatch.context() as patched:
        patched.setattr("ingestion.archive.folder.write_rows", write_half)
        with pytest.raises(OddsError, match=f"{JANUARY} does not read back as it was written"):
            export(settings, archive)
    assert not list(archive.rglob("*.parquet"))
    assert states(export(settings, archive)) == {JANUARY: "written"}


@pytest.mark.parametrize("engine", ["duckdb"])
def test_two_exports_to_one_folder_do_not_mix(settings, archive, make_response):
    land(settings, make_response(0))
    with writing_alone(archive), pytest.raises(OddsError, match="another process writes to"):
        export(settings, archive)


def tamper(path, column, value, *, row=1):
    """Give one row of a Parquet file another value."""
    table = pq.read_table(path)
    values = table.column(column).to_pylist()
    values[row] = value
    position = table.schema.get_field_index(column)
    changed = pa.array(values, type=table.schema.field(column).type)
    pq.write_table(table.set_column(position, column, changed), path)


TAMPERING = {
    "payload": ("payload", "[]", "row 2: the payload is not the one that payload_sha256 names"),
    "clock": ("captured_at", LANDED_AT, "row 2: is not the response that its response_id names"),
    "sport": ("endpoint", "/v4/sports/x/odds", "row 2: is not the response"),
    "missing id": ("response_id", None, "row 2: lacks response_id"),
    "origin": ("origin", "rumour", "row 2: origin must be one of live, historical, replay"),
    "credits": ("credits_charged", 0, "was changed after the export that .*manifest.json tells of"),
    "landing": ("landed_at", datetime(2020, 1, 1, tzinfo=UTC), "was changed after the export"),
}


@pytest.mark.parametrize("engine", ["duckdb"])
@pytest.mark.parametrize("tampering", TAMPERING.values(), ids=TAMPERING)
def test_a_row_that_was_changed_is_named_and_nothing_lands(
    settings, archive, make_response, tampering
):
    column, value, reason = tampering
    land(settings, *(make_response(number) for number in range(3)))
    export(settings, archive)
    landed = raw_rows(settings)
    tamper(archive / JANUARY, column, value)
    with pytest.raises(UsageError, match=rf"{JANUARY}[,:] {reason}"):
        restore(settings, archive)
    assert raw_rows(settings) == landed
    land(settings, make_response(4))
    with pytest.raises(OddsError, match=r"move it out of .*archive, then export again"):
        export(settings, archive)


@pytest.mark.parametrize("engine", ["duckdb"])
def test_a_line_that_was_changed_is_named_and_nothing_lands(settings, tmp_path, make_response):
    lines = [archive_line(make_response(number)) for number in range(3)]
    lines[1] = lines[1].replace(b"event 1", b"event 9")
    path = tmp_path / "lines.jsonl.zst"
    path.write_bytes(zstandard.ZstdCompressor().compress(b"\n".join(lines)))
    with pytest.raises(UsageError, match=r"lines\.jsonl\.zst, line 2: is not the response"):
        restore(settings, path)
    assert not raw_rows(settings)


@pytest.mark.parametrize("engine", ["duckdb"])
def test_changed_scores_are_found_before_a_response_lands(
    settings, archive, tmp_path, make_response
):
    land(settings, make_response(0))
    import_results(write_scores(tmp_path), settings, now=lambda: LANDED_AT)
    export(settings, archive)
    (archive / "manifest.json").unlink()
    tamper(archive / "result_rows-2026-02-basketball_nba.parquet", "home_score", "7")
    fresh = duckdb_settings(tmp_path / "fresh")
    with pytest.raises(UsageError, match="row 2: is not the row that its result_row_id names"):
        restore(fresh, archive)
    assert not raw_rows(fresh)


@pytest.mark.parametrize("engine", ["duckdb"])
def test_what_is_no_archive_is_told_in_one_line(settings, archive, tmp_path, make_response):
    land(settings, *(make_response(number) for number in range(3)))
    export(settings, archive)
    whole = (archive / JANUARY).read_bytes()
    (tmp_path / "text.parquet").write_text("nothing of the kind")
    (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "rotten.parquet").write_bytes(whole[:200] + b"\0" * 200 + whole[400:])
    pq.write_table(pa.table({"a": [1]}), tmp_path / "foreign.parquet")
    (tmp_path / "table.csv").write_text("a,b\n")
    (tmp_path / "empty").mkdir()
    (archive / JANUARY).rename(archive / "elsewhere")
    for path, reason in {
        tmp_path / "text.parquet": "no whole Parquet file",
        tmp_path / "cut.parquet": "no whole Parquet file",
        tmp_path / "rotten.parquet": "no whole Parquet file|row 1: ",
        tmp_path / "foreign.parquet": "no archive: it has not the columns of a raw table",
        tmp_path / "table.csv": "unknown kind, give a folder or .parquet, .jsonl",
        tmp_path / "missing.parquet": "no such file",
        tmp_path / "missing": "no such file",
        tmp_path / "empty": "a folder without archives",
        archive: f"{JANUARY} is missing, though manifest.json lists it",
    }.items():
        with pytest.raises(UsageError, match=f"{path.name}.*{reason}") as told:
            restore(settings, path)
        assert "\n" not in str(told.value)
    with pytest.raises(UsageError, match="no archive given"):
        restore(settings)
    assert sum(raw_rows(settings).values()) == 3


@pytest.mark.parametrize("engine", ["duckdb"])
def test_a_folder_that_cannot_be_written_to_is_told(settings, tmp_path, make_response):
    land(settings, make_response(0))
    (tmp_path / "file").touch()
    with pytest.raises(OddsError, match=r"cannot write to .*file/archive: Not a directory"):
        export(settings, tmp_path / "file" / "archive")


@pytest.mark.parametrize("engine", ["duckdb"])
def test_replay_points_to_restore(settings, tmp_path):
    path = tmp_path / "archive.parquet"
    path.touch()
    with pytest.raises(UsageError, match="`odds archive restore` lands archives in Parquet"):
        replay([path], settings, skip_bad=False, now=lambda: LANDED_AT)


@pytest.mark.heavy
def test_every_real_recording_comes_back_in_every_column(settings, other, archive, shared_data):
    paths = sorted((shared_data / "recordings").glob("*.xz"))
    replay(paths, settings, skip_bad=False, now=lambda: LANDED_AT)
    import_results(shared_data / "results.csv", settings, now=lambda: LANDED_AT)
    export(settings, archive)
    restore(other, archive)
    assert raw_rows(other) == raw_rows(settings)
