import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from cli.main import main
from ingestion.settings import Settings
from simulator import Season, SeasonOptions
from tests.built_warehouses import copied
from tests.oracle.responses import Line
from tests.oracle.small_season import small_season

ODDS = Path(sys.executable).with_name("odds")


@dataclass(frozen=True)
class Said:
    """What a command left behind: exit status, stdout, stderr."""

    status: int
    out: str
    err: str

    @property
    def object(self) -> dict[str, Any]:
        """The one JSON object on stdout."""
        answer = json.loads(self.out)
        assert list(answer) == ["command", "target", "as_of", "ok", "data", "warnings"]
        assert datetime.fromisoformat(answer["as_of"]).tzinfo
        assert answer["ok"] is (self.status == 0)
        return answer  # type: ignore[no-any-return]

    @property
    def data(self) -> Any:
        assert self.status == 0, self.err
        return self.object["data"]


@dataclass(frozen=True)
class Place:
    """A working folder with a warehouse of its own, where `odds` runs."""

    folder: Path
    environment: Mapping[str, str]

    @property
    def warehouse(self) -> Path:
        return self.folder / "data" / "warehouse.duckdb"

    def odds(self, *words: object, **variables: str) -> Said:
        """Run a command in this process: starting one takes a second or two."""
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.folder),
            _environment({**self.environment, **variables}),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            pytest.raises(SystemExit) as ended,
        ):
            main([str(word) for word in words])
        assert isinstance(ended.value.code, int)
        return Said(ended.value.code, out.getvalue(), err.getvalue())

    def start(self, *words: object, **variables: str) -> "subprocess.Popen[str]":
        """Start a command in a process of its own."""
        return self.start_program(ODDS, *words, **variables)

    def start_program(
        self, program: Path, *words: object, **variables: str
    ) -> "subprocess.Popen[str]":
        """Start any program as a person would who works here."""
        return subprocess.Popen(
            [program, *map(str, words)],
            cwd=self.folder,
            env={**self.environment, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def recording(self, lines: Iterable[object], name: str = "some.jsonl") -> Path:
        """Write lines, as JSON unless they are bytes."""
        path = self.folder / name
        texts = [line if isinstance(line, bytes) else orjson.dumps(line) for line in lines]
        path.write_bytes(b"".join(text + b"\n" for text in texts))
        return path


@contextlib.contextmanager
def _environment(wanted: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(wanted)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def games_of_these_days() -> tuple[Season, datetime]:
    """A season that began yesterday, and now: commands go by the wall clock, so must their API.

    A `Date` of another day would not be believed.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    first_day = (now - timedelta(days=1)).date()
    return Season(SeasonOptions(seed=7, games=30, first_day=first_day)), now


def make_place(folder: Path, dbt_target: Path) -> Place:
    ours = {name.upper() for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    return Place(
        folder=folder,
        environment=inherited
        | {
            "ODDS_HOME": str(folder),
            "ODDS_LOG_LEVEL": "warning",
            "COLUMNS": "200",
            "DBT_TARGET_PATH": str(dbt_target),
            "DBT_LOG_PATH": str(dbt_target),
        },
    )


@pytest.fixture(scope="session")
def dbt_target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for what dbt parsed: later runs parse less."""
    return tmp_path_factory.mktemp("dbt")


@pytest.fixture
def place(tmp_path: Path, dbt_target: Path) -> Place:
    """An empty folder: no warehouse, no settings."""
    return make_place(tmp_path, dbt_target)


def replayed(settings: Settings, lines: Sequence[Line], as_of: str) -> None:
    """Replay and build by the command, in the folder of the settings."""
    folder = settings.odds_data_dir.parent
    place = make_place(folder, folder / "dbt")
    said = place.odds("replay", place.recording(lines), "--as-of", as_of)
    assert said.status == 0, said.err


def whole_season(settings: Settings) -> None:
    replayed(settings, small_season(), "2026-07-10T19:00:00Z")


@pytest.fixture(scope="session")
def season(tmp_path_factory: pytest.TempPathFactory, dbt_target: Path) -> Place:
    """A day of three games, replayed and built; tests read it only."""
    place = make_place(tmp_path_factory.mktemp("season"), dbt_target)
    copied(whole_season, place.folder)
    return place


@pytest.fixture
def season_copy(season: Place, tmp_path: Path, dbt_target: Path) -> Place:
    """The same, to write to."""
    copy = make_place(tmp_path, dbt_target)
    copy.warehouse.parent.mkdir()
    shutil.copy(season.warehouse, copy.warehouse)
    return copy
