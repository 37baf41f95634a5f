import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion import settings as settings_module
from ingestion.errors import UsageError
from ingestion.settings import Settings, load_settings

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def secrets_dir(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of secrets that any user may enter, with nothing of ours in the environment."""
    for name in ("ODDS_API_KEY", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        monkeypatch.setattr(settings_module, "SECRETS_DIR", folder)
        monkeypatch.setenv("ODDS_HOME", str(folder))
        yield folder


def secrets_of(settings: Settings) -> tuple[str | None, str]:
    key = settings.odds_api_key
    return key.get_secret_value() if key else None, settings.pgpassword.get_secret_value()


def test_secrets_are_read_from_files_named_like_the_settings(secrets_dir: Path) -> None:
    (secrets_dir / "odds_api_key").write_text(f"{KEY}\n")
    (secrets_dir / "pgpassword").write_text("from a file\n")

    assert secrets_of(load_settings()) == (KEY, "from a file")


def test_the_environment_wins_over_a_file_unless_it_is_empty(
    secrets_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (secrets_dir / "odds_api_key").write_text(KEY)
    (secrets_dir / "pgpassword").write_text("from a file")
    monkeypatch.setenv("ODDS_API_KEY", "")
    monkeypatch.setenv("PGPASSWORD", "from the environment")

    assert secrets_of(load_settings()) == (KEY, "from the environment")


def test_a_machine_without_a_folder_of_secrets_is_not_warned_of(
    secrets_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_module, "SECRETS_DIR", secrets_dir / "none")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert secrets_of(load_settings()) == (None, "odds")


def test_a_secret_that_cannot_be_read_is_named_in_one_line(secrets_dir: Path) -> None:
    secret = secrets_dir / "pgpassword"
    secret.write_text("kept")
    secret.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        with pytest.raises(UsageError, match=r"Permission denied: .*pgpassword") as caught:
            load_settings()
    finally:
        os.seteuid(user)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.the-odds-api.com",
        "http://10.0.0.7:8000",
        "http://localhost.example.com",
        "HTTP://example.com",
        "http://127.0.0.1.example.com/",
    ],
)
def test_the_key_never_goes_over_plain_http_to_another_machine(secrets_dir: Path, url: str) -> None:
    with pytest.raises(UsageError, match="ODDS_API_BASE_URL: the key goes over https only"):
        load_settings(odds_api_base_url=url)


@pytest.mark.parametrize("url", ["api.the-odds-api.com", "ftp://x", "https://", "http://[::1", ""])
def test_an_address_that_is_none_says_what_would_be(secrets_dir: Path, url: str) -> None:
    with pytest.raises(UsageError, match="give a URL, for example https://"):
        load_settings(odds_api_base_url=url)


@pytest.mark.parametrize(
    "url",
    ["https://example.com/api", "http://127.0.0.1:8000", "http://[::1]:80", "http://localhost"],
)
def test_a_server_on_this_machine_may_speak_plainly(secrets_dir: Path, url: str) -> None:
    assert load_settings(odds_api_base_url=url).odds_api_base_url == url


def test_what_libpq_reads_itself_counts_from_the_env_file_too(
    secrets_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PGSSLMODE", "PGSSLROOTCERT", "PGOPTIONS"):
        # so that both are as before afterwards
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("PGOPTIONS", "of the environment")
    (secrets_dir / ".env").write_text(
        "PGSSLMODE=verify-full\nPGSSLROOTCERT=/ca.pem\nPGOPTIONS=of the file\nOTHER=1\n"
    )
    load_settings()
    assert os.environ["PGSSLMODE"] == "verify-full"
    assert os.environ["PGSSLROOTCERT"] == "/ca.pem"
    assert os.environ["PGOPTIONS"] == "of the environment"
    assert "OTHER" not in os.environ
