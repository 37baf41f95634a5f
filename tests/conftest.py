import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from cli.local_postgres import PostgresAddress, fresh_database, local_postgres
from ingestion.responses import ApiResponse
from ingestion.settings import Settings, load_settings
from tests import skips
from tests.lost_workers import (  # noqa: F401 - hooks
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_testnodedown,
)
from tests.parsed_once import share_what_is_parsed


def pytest_configure(config: pytest.Config) -> None:
    """Two modules have something to say at the end of a run."""
    config.pluginmanager.register(skips)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Side by side run modules that are far apart: neighbours wait for one and the same warehouse.

    The long ones are of the last folders, so the order begins there.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    modules = list(dict.fromkeys(item.path for item in reversed(items)))
    half = (len(modules) + 1) // 2
    turns = {module: (place % half, place // half) for place, module in enumerate(modules)}
    items.sort(key=lambda item: turns[item.path])


# dbt keeps what it parsed in one folder; workers that run side by side need one each
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["DBT_TARGET_PATH"] = f"target/{worker}"

# no test shall read the `.env` of whoever runs it, with a key in it
HOME = Path(__file__).resolve().parents[1] / "target" / "home"
HOME.mkdir(parents=True, exist_ok=True)
os.environ["ODDS_HOME"] = str(HOME)

share_what_is_parsed()

FIRST_CAPTURE = datetime(2026, 1, 31, 18, 0, tzinfo=UTC)

# a shell starts what it puts into the background with interrupts ignored, and children inherit it
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real recordings beside the repository."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no ../shared/data here")
    return folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresAddress]:
    with local_postgres() as address:
        yield address


@pytest.fixture
def postgres_database(postgres_server: PostgresAddress) -> Iterator[PostgresAddress]:
    """A new database of its own for each test."""
    with fresh_database(postgres_server) as address:
        yield address


# what takes minutes on Postgres runs there in `make test-all`
ENGINES = ["duckdb", pytest.param("postgres", marks=pytest.mark.heavy)]
postgres_is_heavy = pytest.mark.parametrize("engine", ENGINES)


@pytest.fixture(params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    """Which warehouse the test runs on: it runs on both."""
    return str(request.param)


@pytest.fixture
def settings(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """An empty warehouse and an empty data folder, on each engine in turn."""
    if engine == "duckdb":
        return duckdb_settings(tmp_path)
    return postgres_settings(tmp_path, request.getfixturevalue("postgres_database"))


def duckdb_settings(folder: Path) -> Settings:
    return load_settings(
        odds_target="duckdb",
        odds_data_dir=folder / "data",
        odds_duckdb_path=folder / "data" / "warehouse.duckdb",
    )


def postgres_settings(folder: Path, address: PostgresAddress) -> Settings:
    return load_settings(
        odds_target="postgres",
        odds_data_dir=folder / "data",
        odds_duckdb_path=folder / "data" / "unused.duckdb",
        pghost=address.host,
        pgport=address.port,
        pguser=address.user,
        pgpassword=address.password,
        pgdatabase=address.database,
    )


@contextmanager
def logging_as_before() -> Iterator[None]:
    """Undo what `configure_logging` does in the block."""
    names = ("dlt", "apscheduler", "tzlocal", "urllib3")
    root, others = logging.getLogger(), [logging.getLogger(name) for name in names]
    before = [(logger, logger.handlers[:], logger.level) for logger in (root, *others)]
    try:
        yield
    finally:
        for logger, handlers, level in before:
            logger.handlers = handlers
            logger.setLevel(level)
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()


MakeResponse = Callable[..., ApiResponse]


@pytest.fixture(scope="session")
def make_response() -> MakeResponse:
    """Makes the n-th response of an imaginary series, a minute apart."""

    def make(number: int = 0, *, body: str | None = None, **changes: object) -> ApiResponse:
        at = FIRST_CAPTURE + timedelta(minutes=number)
        exchange: dict[str, object] = {
            "endpoint": "/v4/sports/basketball_nba/odds",
            "params": {"regions": "us", "markets": "h2h"},
            "requested_at": at - timedelta(milliseconds=250),
            "captured_at": at,
            "status_code": 200,
            "headers": {"x-requests-last": "1"},
            "body_text": f'[{{"id":"event {number}"}}]' if body is None else body,
            "origin": "live",
        }
        return ApiResponse.from_exchange(**(exchange | changes))  # type: ignore[arg-type]

    return make
