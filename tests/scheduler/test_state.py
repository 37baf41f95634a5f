"""What a list of games means for the plan."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from ingestion.responses import ApiResponse
from scheduler.budget import Budget, month_of
from scheduler.promises import Game
from scheduler.state import State, WatchedGame

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


def test_prices_and_scores_are_always_worth_a_build() -> None:
    for kind in ("odds", "scores"):
        assert knowing().is_news(answer(kind=kind), now=NOW)
