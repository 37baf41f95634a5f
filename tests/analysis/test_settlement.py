"""Settlement of full-game markets, outcome by outcome."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.settlement import AWAY, DRAW, HOME, OVER, UNDER, settled_outcome, settlement_margin

scores = st.integers(0, 150)
quarters = st.integers(-120, 1200).map(lambda number: number / 4)
MIRROR = {
    "win": "loss",
    "half_win": "half_loss",
    "push": "push",
    "half_loss": "half_win",
    "loss": "win",
}


def settle(
    kind: str, side_no: int, point: float | None, home: int, away: int, *, count: int = 2
) -> str:
    margin = settlement_margin(
        market_kind=kind,
        side_no=side_no,
        outcome_count=count,
        point=point,
        home_score=home,
        away_score=away,
    )
    assert margin is not None
    return settled_outcome(margin)


@pytest.mark.parametrize(
    ("kind", "side_no", "point", "count", "settlement"),
    [
        ("moneyline", HOME, None, 2, "win"),
        ("moneyline", AWAY, None, 2, "loss"),
        ("moneyline", DRAW, None, 3, "loss"),
        ("spread", HOME, -2.5, 2, "win"),
        ("spread", HOME, -2.75, 2, "half_win"),
        ("spread", HOME, -3, 2, "push"),
        ("spread", HOME, -3.25, 2, "half_loss"),
        ("spread", HOME, -3.5, 2, "loss"),
        ("spread", AWAY, 3.5, 2, "win"),
        ("spread", AWAY, 3, 2, "push"),
        ("spread", AWAY, 2.75, 2, "half_loss"),
        ("total", OVER, 44.5, 2, "win"),
        ("total", OVER, 45, 2, "push"),
        ("total", UNDER, 45.25, 2, "half_win"),
        ("total", UNDER, 44.5, 2, "loss"),
    ],
)
def test_a_win_by_three_at_24_to_21(
    kind: str, side_no: int, point: float | None, count: int, settlement: str
) -> None:
    assert settle(kind, side_no, point, 24, 21, count=count) == settlement


@pytest.mark.parametrize(
    ("side_no", "count", "settlement"),
    [(HOME, 2, "push"), (AWAY, 2, "push"), (HOME, 3, "loss"), (AWAY, 3, "loss"), (DRAW, 3, "win")],
)
def test_a_level_score_is_the_draws_where_there_is_one(
    side_no: int, count: int, settlement: str
) -> None:
    assert settle("moneyline", side_no, None, 2, 2, count=count) == settlement


@given(scores, scores, quarters)
def test_the_other_side_gets_the_opposite(home: int, away: int, point: float) -> None:
    assert (
        settle("spread", AWAY, -point, home, away)
        == MIRROR[settle("spread", HOME, point, home, away)]
    )
    assert (
        settle("total", UNDER, point, home, away)
        == MIRROR[settle("total", OVER, point, home, away)]
    )


@given(scores, scores, quarters)
def test_a_quarter_line_is_half_of_each_line_beside_it(home: int, away: int, point: float) -> None:
    worth = {"win": 1.0, "half_win": 0.5, "push": 0.0, "half_loss": -0.5, "loss": -1.0}
    if point * 2 != int(point * 2):
        halves = [settle("total", OVER, point + step, home, away) for step in (-0.25, 0.25)]
        whole = worth[settle("total", OVER, point, home, away)]
        assert whole == sum(worth[half] for half in halves) / 2


@pytest.mark.parametrize(("kind", "point"), [("prop", 1.5), ("spread", None)])
def test_what_the_score_does_not_settle_is_open(kind: str, point: float | None) -> None:
    margin = settlement_margin(
        market_kind=kind, side_no=HOME, outcome_count=2, point=point, home_score=1, away_score=0
    )
    assert margin is None


@given(scores, scores, quarters)
def test_swapping_the_teams_swaps_their_bets(home: int, away: int, point: float) -> None:
    assert settle("spread", HOME, point, home, away) == settle("spread", AWAY, point, away, home)
    assert settle("total", OVER, point, home, away) == settle("total", OVER, point, away, home)
    for count in (2, 3):
        assert settle("moneyline", HOME, None, home, away, count=count) == settle(
            "moneyline", AWAY, None, away, home, count=count
        )


@given(scores, scores, st.integers(-60, 300))
def test_only_whole_lines_push_and_just_where_they_are_met(
    home: int, away: int, point: int
) -> None:
    is_met = home - away + point == 0
    assert (settle("spread", HOME, point, home, away) == "push") is is_met
    assert (settle("total", OVER, point, home, away) == "push") is (home + away == point)
    for part in (0.25, 0.5, 0.75):
        assert settle("spread", HOME, point + part, home, away) != "push"
        assert settle("total", OVER, point + part, home, away) != "push"


@given(scores, scores, quarters)
def test_a_quarter_spread_is_half_of_each_line_beside_it(
    home: int, away: int, point: float
) -> None:
    worth = {"win": 1.0, "half_win": 0.5, "push": 0.0, "half_loss": -0.5, "loss": -1.0}
    if point * 2 != int(point * 2):
        for side_no in (HOME, AWAY):
            halves = [settle("spread", side_no, point + step, home, away) for step in (-0.25, 0.25)]
            whole = worth[settle("spread", side_no, point, home, away)]
            assert whole == sum(worth[half] for half in halves) / 2


@given(scores, scores, st.floats(-100, 100).map(lambda number: round(number * 4) / 4))
def test_a_better_point_never_settles_worse(home: int, away: int, point: float) -> None:
    order = ["loss", "half_loss", "push", "half_win", "win"]
    at, better = (settle("spread", HOME, each, home, away) for each in (point, point + 0.25))
    assert order.index(better) >= order.index(at)
