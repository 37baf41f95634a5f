import os
import re

import pytest

from ingestion.settings import PROJECT_DIR, Settings

EXAMPLE = PROJECT_DIR / ".env.example"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower() in Settings.model_fields:
            monkeypatch.delenv(name)


def test_the_example_names_every_setting_and_nothing_else() -> None:
    names = re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sorted(name.lower() for name in names) == sorted(Settings.model_fields)


def test_the_example_shows_the_defaults_and_no_key() -> None:
    example = Settings(_env_file=EXAMPLE)
    assert example == Settings(_env_file=None)
    assert example.odds_api_key is None
