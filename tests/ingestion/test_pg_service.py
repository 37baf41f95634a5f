"""What libpq reads by itself counts for our own connections, for dlt and for dbt."""

from pathlib import Path

import pytest

from cli.local_postgres import PostgresAddress
from ingestion.errors import UsageError
from ingestion.landing import Landing
from ingestion.settings import Settings, load_settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import FIRST_CAPTURE, MakeResponse

VARIABLES = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "PGPASSFILE", "PGSERVICE")


@pytest.fixture
def by_service(
    postgres_database: PostgresAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Settings that know a server by a service file and its password by a passfile alone."""
    address = postgres_database
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    service, passwords = tmp_path / "pg_service.conf", tmp_path / "pgpass"
    service.write_text(
        f"# of ours\n[other]\nhost=nowhere\n\n[odds]\nhost={address.host}\nport={address.port}\n"
        f"dbname={address.database}\nuser={address.user}\napplication_name=by service\n"
    )
    passwords.write_text(f"*:*:*:*:{address.password}\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGSERVICE", "odds")
    monkeypatch.setenv("PGSERVICEFILE", str(service))
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    # libpq lets the service win
    monkeypatch.setenv("PGHOST", "nowhere.invalid")
    return load_settings(odds_target="postgres", odds_data_dir=tmp_path / "data")


def test_a_service_and_a_passfile_count_for_the_command_line_dlt_and_dbt(
    by_service: Settings, postgres_database: PostgresAddress, make_response: MakeResponse
) -> None:
    assert by_service.pghost == postgres_database.host
    assert by_service.pgpassword.get_secret_value() == ""
    Landing(by_service, now=lambda: FIRST_CAPTURE).land([make_response(0)])
    with connect(by_service) as connection:
        assert connection.rows("select count(*) from raw.api_responses") == [(1,)]
    seeded = Transformation(by_service).invoke("seed", "--select", "sports")
    assert set(seeded.nodes) == {"success"}


def test_a_service_that_is_not_there_is_told_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "services"
    file.write_text("[other]\nhost=nowhere\n")
    monkeypatch.setenv("PGSERVICE", "odds")
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    with pytest.raises(UsageError, match="PGSERVICE: no service 'odds' in "):
        load_settings()
    file.write_text("host=nowhere\n")
    with pytest.raises(UsageError, match="PGSERVICE: cannot read "):
        load_settings()
