"""A disk that was full for a while: what was written is there, and work goes on."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.errors import OddsError
from ingestion.failures import explanation
from ingestion.ops_tables import make_ops_tables
from ingestion.settings import PROJECT_DIR
from ingestion.warehouse import connect
from scheduler import checkup
from scheduler.job_log import JobLog
from scheduler.journal import Journal, Row
from tests.conftest import duckdb_settings
from tests.scheduler.full_disk_run import ENTRY, settings_in


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be made by root alone")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.parametrize(
    "leave", [0, *(pytest.param(each, marks=pytest.mark.heavy) for each in (100_000, 1_000_000))]
)
def test_after_a_full_disk_all_rows_are_there_and_no_file_is_left(
    small_disk: Path, leave: int
) -> None:
    settings = settings_in(small_disk)
    with connect(settings) as connection:
        make_ops_tables(connection)
    # whether it dies in the engine or says what is wrong, it is gone now
    died = subprocess.run(
        [sys.executable, "-m", "tests.scheduler.full_disk_run", small_disk, str(leave)],
        cwd=PROJECT_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in died.stderr
    lines = died.stdout.splitlines()
    written = {line.split()[1] for line in lines if line.startswith("wrote ")}
    assert bool(written) == bool(leave)
    (small_disk / "fill").unlink()

    journal = Journal(settings)
    journal.flush()
    with connect(settings) as connection:
        held = {job_id for (job_id,) in connection.rows("select job_id from ops.job_runs")}
    assert written <= held
    assert [path for path in (settings.odds_data_dir / "journal").glob("*") if path.is_file()] == []
    jobs = JobLog(settings, journal, now=lambda: datetime.now(UTC))
    with jobs.job(ENTRY):
        pass
    assert journal.is_reachable
    assert jobs.runs[-1].status == "ok"


def test_an_engine_that_gave_up_is_explained_and_opened_again(tmp_path: Path) -> None:
    settings = duckdb_settings(tmp_path)
    error = duckdb.FatalException(
        "FATAL Error: Failed: database has been invalidated because of a previous fatal error."
    )
    known = explanation(error, settings)
    assert known is not None
    assert "free some space" in str(known)
    journal = Journal(settings)
    with journal.away_if_it_fails():
        raise known
    assert not journal.is_reachable
    assert journal.can_reach()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"table": "job_runs"}', b"null"])
def test_a_note_that_cannot_be_read_keeps_no_other_waiting(tmp_path: Path, content: bytes) -> None:
    settings = duckdb_settings(tmp_path)
    journal = Journal(settings)
    journal.is_reachable = False
    folder = settings.odds_data_dir / "journal"
    folder.mkdir(parents=True)
    (folder / "job_runs-0.json").write_bytes(content)
    values = {"job_id": "a", "run_id": "r", "job": "build", "started_at": None, "status": "ok"}
    journal.write(Row("job_runs", values | {"started_at": datetime(2026, 2, 1, tzinfo=UTC)}))
    assert journal.can_reach()
    journal.flush()
    with connect(settings) as connection:
        assert connection.rows("select job_id from ops.job_runs") == [("a",)]
    assert [path.name for path in folder.iterdir()] == ["broken"]
    assert checkup.broken_files(settings).status == "warning"


def test_what_could_not_be_written_is_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    settings = duckdb_settings(tmp_path)
    journal = Journal(settings)
    journal.is_reachable = False
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OddsError, match="No space left"):
        journal.write(Row("job_runs", {"job_id": "a"}))
    assert list((settings.odds_data_dir / "journal").iterdir()) == []
