import fcntl
import os
import socket
import subprocess
import sys
import textwrap
from contextlib import contextmanager

import pytest

import ingestion.landing_lock as landing_lock_module
from ingestion.errors import OddsError
from ingestion.landing import Landing
from ingestion.settings import load_settings
from ingestion.warehouse import connect
from tests.conftest import FIRST_CAPTURE, duckdb_settings, postgres_settings


def changed(settings, **changes):
    return settings.model_copy(update=changes)


def land(settings, make_response):
    return Landing(settings, now=lambda: FIRST_CAPTURE).land([make_response()])


@contextmanager
def other_process(script):
    """Another process; yields once it has written a line."""
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline()
        yield process
        process.kill()


def test_a_duckdb_file_in_use_names_the_process_that_holds_it(tmp_path, make_response):
    settings = duckdb_settings(tmp_path)
    land(settings, make_response)
    script = f"""
        import duckdb
        connection = duckdb.connect({str(settings.odds_duckdb_path)!r})
        print("open", flush=True)
        input()
    """
    with other_process(script) as holder, pytest.raises(OddsError) as caught:
        land(settings, make_response)
    message = str(caught.value)
    assert f"warehouse.duckdb is in use by process {holder.pid} (" in message
    assert "python" in message
    assert f"kill {holder.pid}" in message
    assert "\n" not in message


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path, make_response):
    content = b"not a database, but long enough to look like one" * 100
    settings = duckdb_settings(tmp_path)
    settings.odds_duckdb_path.parent.mkdir(parents=True)
    settings.odds_duckdb_path.write_bytes(content)
    with pytest.raises(OddsError, match="is not a DuckDB file"):
        land(settings, make_response)
    assert settings.odds_duckdb_path.read_bytes() == content


@pytest.mark.parametrize("name", ["odds_data_dir", "odds_duckdb_path"])
def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path, make_response, name):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    settings = changed(duckdb_settings(tmp_path), **{name: blocked / "below"})
    with pytest.raises(OddsError, match=r"cannot write to .*ODDS_DATA_DIR and ODDS_DUCKDB_PATH"):
        land(settings, make_response)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_is_told_in_one_line_and_what_was_there_stays(tmp_path, make_response):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no mounts in this container")
    try:
        settings = duckdb_settings(disk)
        land(settings, make_response)
        filler = disk / "filler"
        fill = ["dd", "if=/dev/zero", f"of={filler}", "bs=4k"]
        assert subprocess.run(fill, capture_output=True, check=False).returncode == 1
        landing = Landing(settings, now=lambda: FIRST_CAPTURE)
        with pytest.raises(OddsError, match=r"disk .*full.*free some space"):
            landing.land(
                make_response(number, body=f'["{os.urandom(2**15).hex()}"]')
                for number in range(1, 100)
            )
        filler.unlink()
        with connect(settings) as connection:
            assert connection.rows(
                "select count(*) from raw.api_responses inner join raw._dlt_loads"
                " on load_id = _dlt_load_id"
            ) == [(1,)]
        assert landing.land([make_response(0), make_response(1)]).landed == 1
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_dead_postgres_is_told_in_one_line(tmp_path, postgres_server, make_response):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    settings = changed(postgres_settings(tmp_path, postgres_server), pgport=port)
    with pytest.raises(OddsError, match=f"Postgres at 127.0.0.1:{port} does not answer") as caught:
        land(settings, make_response)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"pgpassword": "a wrong secret"}, "refused the login of user .*PGUSER and PGPASSWORD"),
        ({"pguser": "nobody_known"}, "refused the login of user nobody_known|knows no login"),
        ({"pgdatabase": "nowhere"}, "has no database nowhere: create it .createdb nowhere"),
        ({"pghost": "no-such-host.invalid"}, "does not answer: .*PGHOST"),
    ],
)
def test_a_login_that_fails_is_told_without_the_password(
    tmp_path, postgres_server, make_response, change, reason
):
    fields = postgres_settings(tmp_path, postgres_server).model_dump()
    settings = load_settings(**(fields | change))
    with pytest.raises(OddsError, match=reason) as caught:
        land(settings, make_response)
    assert "a wrong secret" not in str(caught.value)


@pytest.mark.parametrize("engine", ["postgres"])
def test_a_server_lost_during_a_landing_is_told_and_the_landing_is_repaired(
    settings, make_response
):
    landing = Landing(settings, now=lambda: FIRST_CAPTURE)

    def responses():
        yield make_response(0)
        with connect(settings) as connection:
            connection.rows(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        for number in range(1, 600):
            yield make_response(number)

    with pytest.raises(OddsError, match="does not answer"):
        landing.land(responses())
    assert landing.land(make_response(number) for number in range(600)).landed == 600


@pytest.mark.parametrize("engine", ["duckdb"])
def test_a_landing_waits_for_its_turn_and_gives_up_with_a_word(
    settings, make_response, monkeypatch
):
    monkeypatch.setattr(landing_lock_module, "PATIENCE_SECONDS", 0.2)
    settings.odds_data_dir.mkdir(parents=True)
    with (settings.odds_data_dir / "landing.lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(OddsError, match="another landing has been running"):
            land(settings, make_response)
    assert land(settings, make_response).landed == 1


@pytest.mark.parametrize("engine", ["postgres"])
def test_a_landing_from_another_machine_is_waited_for_too(settings, make_response, monkeypatch):
    monkeypatch.setattr(landing_lock_module, "PATIENCE_SECONDS", 1)
    with connect(settings) as other:
        other.rows("select pg_advisory_lock(?)", (landing_lock_module.POSTGRES_LOCK_KEY,))
        with pytest.raises(OddsError, match="another landing has been running"):
            land(settings, make_response)
    assert land(settings, make_response).landed == 1
