import gzip
import json
import lzma
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
import zstandard

from ingestion.errors import UsageError
from ingestion.landing import BATCH_ROWS
from ingestion.pipelines import replay
from ingestion.recordings import archive_line
from ingestion.responses import ApiResponse
from ingestion.warehouse import connect

NOW = datetime(2026, 2, 1, 12, 0, tzinfo=UTC)
PACK = {
    "jsonl": bytes,
    "xz": lzma.compress,
    "gz": gzip.compress,
    "zst": zstandard.ZstdCompressor().compress,
}


def recording_line(number):
    at = datetime(2026, 1, 31, tzinfo=UTC) + timedelta(minutes=number)
    return json.dumps(
        {
            "endpoint": "/v4/sports/basketball_nba/odds",
            "params": {"regions": "us"},
            "received_at": at.isoformat(),
            "status": 200,
            "headers": {},
            "body": [{"id": f"événement {number}"}],
        }
    )


def write_recording(folder, *, lines, name="recording.jsonl"):
    path = folder / name
    path.write_bytes(PACK[path.suffix.removeprefix(".")]("\n".join(lines).encode()))
    return path


def run(settings, *paths, skip_bad=False, on_progress=None):
    return replay(paths, settings, skip_bad=skip_bad, now=lambda: NOW, on_progress=on_progress)


def row_count(settings):
    with connect(settings) as connection:
        if "api_responses" not in connection.relations("raw"):
            return 0
        [(count, distinct_count)] = connection.rows(
            "select count(*), count(distinct response_id) from raw.api_responses"
        )
        assert count == distinct_count
        return count


def test_recordings_of_every_kind_land_once(settings, tmp_path):
    paths = [
        write_recording(
            tmp_path,
            lines=[recording_line(number) for number in range(first, first + 4)],
            name=f"part.{kind}" if kind == "jsonl" else f"part.jsonl.{kind}",
        )
        for first, kind in enumerate(PACK)
    ]
    first = run(settings, *paths)
    assert (first.files, first.lines, first.landed, first.already_held) == (4, 16, 7, 9)
    again = run(settings, *reversed(paths))
    assert (again.lines, again.landed, again.already_held, again.skipped_bad) == (16, 0, 16, 0)
    assert row_count(settings) == 7


def test_progress_counts_the_lines(settings, tmp_path):
    seen = []
    path = write_recording(tmp_path, lines=[recording_line(number) for number in range(3)])
    run(settings, path, on_progress=seen.append)
    assert seen == [1, 2, 3]


BAD_LINES = {
    "broken JSON": "{",
    "wrong shape": "[]",
    "missing keys": '{"endpoint": "/v4/sports"}',
    "null fields": recording_line(0).replace('"/v4/sports/basketball_nba/odds"', "null"),
}


@pytest.mark.parametrize("bad_line", BAD_LINES.values(), ids=BAD_LINES)
def test_a_broken_line_stops_a_replay_before_anything_lands(settings, tmp_path, bad_line):
    good = [recording_line(number) for number in range(2 * BATCH_ROWS)]
    path = write_recording(tmp_path, lines=[*good, "", bad_line, recording_line(9_999)])
    with pytest.raises(UsageError, match=rf"recording\.jsonl, line {2 * BATCH_ROWS + 2}: "):
        run(settings, path)
    assert row_count(settings) == 0


def test_broken_lines_are_skipped_and_counted_when_asked(settings, tmp_path):
    lines = [recording_line(0), *BAD_LINES.values(), recording_line(1)]
    summary = run(settings, write_recording(tmp_path, lines=lines), skip_bad=True)
    assert (summary.lines, summary.landed, summary.skipped_bad) == (6, 2, 4)
    assert row_count(settings) == 2


@pytest.mark.parametrize("engine", ["duckdb"])
@pytest.mark.parametrize("kind", ["xz", "gz", "zst"])
def test_a_truncated_archive_stops_or_keeps_what_was_readable(settings, tmp_path, kind):
    lines = [recording_line(number) for number in range(3_000)]
    path = write_recording(tmp_path, lines=lines, name=f"recording.jsonl.{kind}")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 3 // 4])
    with pytest.raises(UsageError, match=rf"recording\.jsonl\.{kind}, line \d+: file cut off"):
        run(settings, path)
    assert row_count(settings) == 0
    summary = run(settings, path, skip_bad=True)
    assert summary.skipped_bad == 1
    assert 0 < summary.landed == summary.lines - 1 < len(lines)
    assert row_count(settings) == summary.landed


@pytest.mark.parametrize("engine", ["duckdb"])
@pytest.mark.parametrize("kind", PACK)
def test_an_empty_file_is_no_lines(settings, tmp_path, kind):
    path = tmp_path / f"empty.{kind}"
    path.touch()
    summary = run(settings, path)
    assert (summary.files, summary.lines, summary.landed) == (1, 0, 0)


@pytest.mark.parametrize("engine", ["duckdb"])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing.jsonl", "no such file"),
        ("folder.jsonl", "a folder"),
        ("table.csv", r"unknown kind, give \.jsonl"),
    ],
)
def test_what_can_be_no_recording_is_told_before_anything_is_read(settings, tmp_path, name, reason):
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "table.csv").write_text("a,b\n")
    good = write_recording(tmp_path, lines=[recording_line(0)])
    with pytest.raises(UsageError, match=rf"{name}: {reason}"):
        run(settings, good, tmp_path / name)
    assert row_count(settings) == 0


@pytest.mark.parametrize("engine", ["duckdb"])
def test_a_replay_of_nothing_is_wrong_use(settings):
    with pytest.raises(UsageError, match="no recording given"):
        run(settings)


def test_an_archive_restores_what_was_there(settings, tmp_path, make_response):
    landed_at = datetime(2025, 12, 1, tzinfo=UTC)
    responses = [
        ApiResponse.from_json(
            make_response(number, body='[ "é" ]', job_id=f"job {number}").to_json()
        )
        for number in range(3)
    ]
    path = tmp_path / "archive.jsonl"
    path.write_bytes(
        b"\n".join(
            archive_line(response).replace(
                b'"landed_at":null', f'"landed_at":"{landed_at.isoformat()}"'.encode()
            )
            for response in responses
        )
    )
    assert run(settings, path).landed == 3
    with connect(settings) as connection:
        assert connection.rows(
            "select response_id, captured_at, requested_at, landed_at, origin, job_id, payload"
            " from raw.api_responses order by captured_at"
        ) == [
            (
                response.response_id,
                response.captured_at,
                response.requested_at,
                landed_at,
                "live",
                response.job_id,
                '[ "é" ]',
            )
            for response in responses
        ]


@pytest.mark.parametrize("name", ["nba_2021_22_historical", "nba_2023_24_historical"])
def test_real_recordings_land_once(settings, shared_data, name):
    path = shared_data / "recordings" / f"{name}.jsonl.xz"
    first = run(settings, path)
    again = run(settings, path)
    assert first.landed + first.already_held == first.lines == again.already_held
    assert row_count(settings) == first.landed
    with connect(settings) as connection:
        [(mismatches,)] = connection.rows(
            "select count(*) from raw.api_responses"
            " where captured_at <> requested_at or status_code <> 200 or origin <> 'replay'"
        )
    assert mismatches == 0


@pytest.mark.heavy
def test_every_real_recording_lands_in_bounded_memory(settings, shared_data, tmp_path):
    """570 MB of JSON; a child, since the peak of a process never falls."""
    paths = sorted((shared_data / "recordings").glob("*.xz"))
    fields = settings.model_dump(mode="json", exclude={"odds_api_key"})
    fields["pgpassword"] = settings.pgpassword.get_secret_value()
    script = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from ingestion.pipelines import replay
from ingestion.settings import load_settings
settings = load_settings(**json.loads(sys.argv[1]))
paths = [Path(name) for name in sys.argv[2:]]
print(replay(paths, settings, skip_bad=False, now=lambda: datetime.now(UTC)).lines)
# not ru_maxrss: that begins with the size of the parent
status = Path("/proc/self/status").read_text()
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""
    finished = subprocess.run(
        [sys.executable, "-c", script, json.dumps(fields), *map(str, paths)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    lines, peak_mb = map(int, finished.stdout.split())
    assert lines == 7_123
    assert row_count(settings) == lines - 6  # the only repeats are six in one recording
    assert peak_mb < 1_024
