import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from simulator import DEMO_KEY, Accounts, Api, Season, SeasonOptions

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
NBA = "/v4/sports/basketball_nba"


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any
    headers: dict[str, str]
    text: str

    @property
    def cost(self) -> int:
        return int(self.headers["x-requests-last"])

    @property
    def error_code(self) -> str:
        return str(self.body["error_code"])


@dataclass
class Caller:
    """Asks the API without HTTP; parameters as keywords, the demo key unless another is given."""

    api: Api

    def __call__(self, path: str, seconds: int, **params: str) -> Reply:
        query = {"apiKey": DEMO_KEY, **params}
        answer = self.api.answer(path, query, seconds=seconds)
        return Reply(answer.status, json.loads(answer.body), answer.headers, answer.body)

    def nba(self, what: str, seconds: int, **params: str) -> Reply:
        return self(f"{NBA}/{what}", seconds, **params)

    def odds(self, seconds: int, **params: str) -> Reply:
        query = {"regions": "us", "markets": "h2h,spreads,totals", "oddsFormat": "american"}
        return self.nba("odds", seconds, **{**query, **params})


@pytest.fixture(scope="session")
def season() -> Season:
    return Season(SeasonOptions(seed=7, games=60, first_day=date(2026, 1, 5)))


@pytest.fixture(scope="session")
def full_season() -> Season:
    return Season(SeasonOptions(seed=3))


@pytest.fixture
def ask(season: Season) -> Caller:
    return Caller(Api(season))


@pytest.fixture
def make_caller() -> Callable[..., Caller]:
    def make(season: Season, **accounts: Any) -> Caller:
        return Caller(Api(season, accounts=Accounts(**accounts)))

    return make


@pytest.fixture(scope="session")
def live(season: Season) -> int:
    """A moment with a game under way and others to come."""
    middle = season.events[len(season.events) // 2]
    assert middle.started is not None
    return middle.started + 3600


@pytest.fixture(scope="session")
def recordings() -> Path:
    folder = SHARED / "recordings"
    if not folder.is_dir():
        pytest.skip("real recordings are not here: ../shared/data/recordings")
    return folder
