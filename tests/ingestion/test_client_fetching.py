from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.errors import OddsError, UsageError
from ingestion.fetching import FetchSummary, build_requests, fetch
from ingestion.odds_api.endpoints import EventOddsRequest, OddsRequest
from ingestion.odds_api.failures import AccountError, AnswerError
from ingestion.settings import Settings
from tests.ingestion.loopback import COUNTERS, Answer, Api, error, serve

KEY = "0123456789abcdef0123456789abcdef"
EVENT = "fedcba9876543210fedcba9876543210"


@pytest.fixture
def api() -> Iterator[Api]:
    with serve() as api:
        yield api


class Warehouse:
    """An empty DuckDB, and fetches into it."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self.folder = folder
        self.settings = Settings(
            _env_file=None,
            odds_api_key=KEY,
            odds_api_base_url=base_url,
            odds_target="duckdb",
            odds_data_dir=folder / "data",
            odds_duckdb_path=folder / "data" / "warehouse.duckdb",
        )
        self._ticks = count()

    def fetch(self, kind: Any, **options: Any) -> FetchSummary:
        return fetch(
            kind,
            self.settings,
            clock=lambda: (
                datetime(2026, 11, 20, 12, tzinfo=UTC) + timedelta(seconds=next(self._ticks))
            ),
            sleep=lambda _seconds: None,
            job_id="job-1",
            **options,
        )

    def rows(self, columns: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.odds_duckdb_path), read_only=True) as connection:
            return connection.sql(
                f"select {columns} from raw.api_responses order by requested_at, response_id"  # noqa: S608
            ).fetchall()


@pytest.fixture
def warehouse(tmp_path: Path, api: Api) -> Warehouse:
    return Warehouse(tmp_path, api.base_url)


def test_an_answer_lands_with_its_credits_and_the_summary_adds_them_up(
    api: Api, warehouse: Warehouse
) -> None:
    api.answers = [Answer(body=b'[{"id": "a"}]')]
    summary = warehouse.fetch("odds", sports=["basketball_nba", "icehockey_nhl"])
    assert (summary.requests, summary.landed, summary.already_held) == (2, 2, 0)
    assert (summary.credits_charged, summary.credits_unsettled) == (6, 0)
    assert summary.credits_remaining == 497
    columns = "sport_key, status_code, event_count, credits_charged, job_id, payload"
    assert warehouse.rows(columns) == [
        ("basketball_nba", 200, 1, 3, "job-1", '[{"id": "a"}]'),
        ("icehockey_nhl", 200, 1, 3, "job-1", '[{"id": "a"}]'),
    ]
    assert not list((warehouse.settings.odds_data_dir / "spool").glob("*.json"))


def test_every_attempt_lands_the_failed_ones_too(api: Api, warehouse: Warehouse) -> None:
    api.answers = [error(500, "INTERNAL"), Answer(is_dropped=True), Answer()]
    summary = warehouse.fetch("events", sports=["basketball_nba"])
    assert (summary.requests, len(summary.responses), summary.landed) == (1, 3, 3)
    assert warehouse.rows("status_code, error_code") == [
        (500, "INTERNAL"),
        (None, "CONNECTION_LOST"),
        (200, None),
    ]


def test_one_call_without_an_answer_does_not_keep_the_next_from_being_made(
    api: Api, warehouse: Warehouse
) -> None:
    api.answers = [*[error(500, "INTERNAL")] * 4, Answer()]
    with pytest.raises(AnswerError, match=r"1 of 2 calls failed.*basketball_nba"):
        warehouse.fetch("odds", sports=["basketball_nba", "icehockey_nhl"])
    rows = warehouse.rows("sport_key, status_code")
    assert ("icehockey_nhl", 200) in rows
    assert len(api.asked) == 5


def test_a_refused_key_stops_everything_and_lands_what_there_is(
    api: Api, warehouse: Warehouse
) -> None:
    api.answers = [Answer(), error(401, "OUT_OF_USAGE_CREDITS"), Answer()]
    with pytest.raises(AccountError, match="used up until 2026-12-01"):
        warehouse.fetch("odds", sports=["basketball_nba", "icehockey_nhl", "baseball_mlb"])
    assert warehouse.rows("sport_key, status_code, error_code") == [
        ("basketball_nba", 200, None),
        ("icehockey_nhl", 401, "OUT_OF_USAGE_CREDITS"),
    ]


def test_what_was_left_in_the_spool_lands_with_the_next_fetch(
    api: Api, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(Exception):
        pass

    def killed(_landing: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr("ingestion.landing.Landing.land_spool", killed)
        with pytest.raises(KilledError):
            warehouse.fetch("sports")
    assert warehouse.fetch("events", sports=["basketball_nba"]).landed == 2
    assert warehouse.rows("endpoint") == [("/v4/sports",), ("/v4/sports/basketball_nba/events",)]


def test_an_event_that_is_gone_is_named(api: Api, warehouse: Warehouse) -> None:
    api.answers = [error(404, "EVENT_NOT_FOUND")]
    summary = warehouse.fetch("odds", sports=["basketball_nba"], event_id=EVENT)
    assert summary.gone_event_ids == (EVENT,)
    assert warehouse.rows("event_id, error_code") == [(EVENT, "EVENT_NOT_FOUND")]


def test_without_counters_the_estimate_is_what_may_have_been_spent(
    api: Api, warehouse: Warehouse
) -> None:
    api.answers = [Answer(headers={}), Answer(headers={**COUNTERS, "x-requests-last": "0"})]
    summary = warehouse.fetch("odds", sports=["basketball_nba", "icehockey_nhl"])
    assert (summary.credits_charged, summary.credits_unsettled) == (0, 3)


def test_nothing_is_asked_when_one_of_the_requests_cannot_be(
    api: Api, warehouse: Warehouse
) -> None:
    with pytest.raises(UsageError, match="did you mean icehockey_nhl"):
        warehouse.fetch("odds", sports=["basketball_nba", "icehokey_nhl"])
    assert not api.asked


def test_nothing_is_asked_without_a_key(api: Api, warehouse: Warehouse) -> None:
    warehouse.settings = warehouse.settings.model_copy(update={"odds_api_key": None})
    with pytest.raises(UsageError, match="ODDS_API_KEY is not set"):
        warehouse.fetch("sports")
    assert not api.asked


def test_nothing_is_paid_for_that_could_not_be_kept(api: Api, warehouse: Warehouse) -> None:
    warehouse.settings.odds_data_dir.write_text("a file, not a folder")
    with pytest.raises(OddsError, match="cannot write"):
        warehouse.fetch("sports")
    assert not api.asked


def test_regions_replace_the_books_that_stand_there_by_default() -> None:
    by_default = Settings(_env_file=None)
    (request,) = build_requests("odds", by_default)
    assert "bookmakers" in request.params
    (request,) = build_requests("odds", Settings(_env_file=None, odds_regions="us,eu"))
    assert request.params["regions"] == "us,eu"
    assert "bookmakers" not in request.params
    both = Settings(_env_file=None, odds_regions="us", odds_bookmakers="pinnacle")
    (request,) = build_requests("odds", both)
    assert request.params["bookmakers"] == "pinnacle"
    assert request.warnings


def test_an_event_is_asked_for_markets_a_sport_does_not_serve() -> None:
    settings = Settings(_env_file=None, odds_markets="player_points")
    (request,) = build_requests("odds", settings, sports=["basketball_nba"], event_id=EVENT)
    assert isinstance(request, EventOddsRequest)
    assert request.params["markets"] == "player_points"


def test_games_and_winner_markets_are_collected_side_by_side() -> None:
    sports = ["basketball_nba", "golf_masters_tournament_winner", "basketball_nba"]
    requests = build_requests("odds", Settings(_env_file=None), sports=sports)
    assert [request.params["markets"] for request in requests] == [
        "h2h,spreads,totals",
        "outrights",
    ]
    assert all(isinstance(request, OddsRequest) for request in requests)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"kind": "events", "event_id": EVENT}, id="events of an event"),
        pytest.param(
            {"kind": "odds", "sports": ["basketball_nba", "icehockey_nhl"], "event_id": EVENT},
            id="an event of two sports",
        ),
        pytest.param({"kind": "odds", "days_from": 2}, id="odds of past days"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="goes with"):
        build_requests(settings=Settings(_env_file=None), **options)
