"""What a list of games means for the plan."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingestion.ops_tables import make_ops_tables
from ingestion.responses import ApiResponse
from ingestion.warehouse import connect
from scheduler.budget import Budget, month_of
from scheduler.promises import Game
from scheduler.state import State, WatchedGame, read_state
from tests.conftest import duckdb_settings

NBA = "basketball_nba"
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


def answer(*games: tuple[str, float], kind: str = "events") -> ApiResponse:
    body = [
        {"id": name, "commence_time": (NOW + timedelta(hours=hours)).isoformat()}
        for name, hours in games
    ]
    return ApiResponse.from_exchange(
        endpoint=f"/v4/sports/{NBA}/{kind}",
        params={},
        requested_at=NOW,
        captured_at=NOW,
        status_code=200,
        headers={},
        body_text=json.dumps(body),
        origin="live",
    )


def knowing(*games: tuple[str, float]) -> State:
    return State(
        Budget(500, 0, month_of(NOW)),
        games=tuple(
            WatchedGame(Game(name, NBA, NOW + timedelta(hours=hours), NOW), NOW, False)
            for name, hours in games
        ),
    )


@pytest.mark.parametrize(
    ("held", "listed", "is_news"),
    [
        ([("a", 5)], [("a", 5)], False),
        ([("a", 5)], [("a", 5.25)], True),  # a start that moves
        ([("a", 5)], [("a", 5), ("b", 47)], True),  # a new game that is near
        ([("a", 5)], [("a", 5), ("b", 150)], False),  # one that is not, beside others
        ([], [("b", 150)], True),  # or the only one there is
        ([("a", 5), ("b", 6)], [("a", 5)], True),  # one that vanishes
        ([("a", 5)], [], True),
        ([("a", -1), ("b", 5)], [("b", 5), ("c", -2)], False),  # what is under way is not planned
        ([], [], False),
    ],
)
def test_only_what_moves_the_plan_is_worth_a_build(
    held: list[tuple[str, float]], listed: list[tuple[str, float]], is_news: bool
) -> None:
    assert knowing(*held).is_news(answer(*listed), now=NOW) is is_news


@pytest.mark.parametrize(
    "payload", ["{", "7", "[null]", "[1]", '["a"]', '[{"id": "a"}]', '{"message": "no"}',
                '[{"id": "a", "commence_time": 5}]', '[{"id": "a", "commence_time": "TBD"}]'],
)  # fmt: skip
def test_a_list_that_cannot_be_read_is_left_to_the_build(payload: str) -> None:
    response = replace(answer(), payload=payload)
    assert knowing(("a", 5)).is_news(response, now=NOW)


def test_a_start_without_a_zone_is_compared_all_the_same() -> None:
    response = replace(answer(), payload='[{"id": "a", "commence_time": "2026-01-10T17:00:00"}]')
    assert not knowing(("a", 5)).is_news(response, now=NOW)


WRITE_JOB = """
insert into ops.job_runs (job_id, run_id, job, due_at, started_at, status, reason, error)
values (?, 'r', ?, ?, ?, ?, ?, ?)
"""


def test_a_daily_job_counts_when_it_was_done(tmp_path: Path) -> None:
    """One that failed or died is made up for; tests that ran and failed were run."""
    monday, tuesday = NOW - timedelta(days=2), NOW - timedelta(days=1)
    with connect(duckdb_settings(tmp_path)) as connection:
        make_ops_tables(connection)
        for number, (job, at, status, reason, error) in enumerate(
            [
                ("build", monday, "ok", "daily", None),
                ("build", tuesday, "died", "daily", None),
                ("build", NOW, "ok", "hot", None),
                ("test", monday, "ok", "daily", None),
                ("test", tuesday, "failed", "daily", "tests failed: assert_this: 3 rows"),
                ("maintenance", monday, "ok", "daily", None),
                ("maintenance", tuesday, "failed", "daily", "no room"),
            ]
        ):
            connection.rows(WRITE_JOB, (str(number), job, at, at, status, reason, error))
        state = read_state(connection, Budget(500, 0, month_of(NOW)), now=NOW)
    assert state.last_daily == {"build": monday, "test": tuesday, "maintenance": monday}
    assert state.first_worked_at == monday


def test_prices_and_scores_are_always_worth_a_build() -> None:
    for kind in ("odds", "scores"):
        assert knowing().is_news(answer(kind=kind), now=NOW)
