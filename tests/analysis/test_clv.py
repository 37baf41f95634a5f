"""Closing-line value against worked examples, and what holds between its definitions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clv import (
    beat_close,
    implied_clv,
    no_vig_clv,
    point_adjusted_clv,
    points_clv,
    price_clv,
)

prices = st.floats(1.01, 100)
chances = st.floats(0.001, 0.999)


def test_the_worked_example() -> None:
    assert price_clv(2.0, 1.6) == pytest.approx(0.25)
    assert implied_clv(2.0, 1.6) == pytest.approx(0.125)
    assert no_vig_clv(2.0, 0.5625) == pytest.approx(0.125)


@pytest.mark.parametrize(
    ("outcome", "bet", "close", "points"),
    [
        ("Over", 8, 8.5, 0.5),
        ("Under", 8, 8.5, -0.5),
        ("Boston Celtics", -3, -3.5, 0.5),
        ("Boston Celtics", 3.5, 3, 0.5),
        ("Boston Celtics", -3, -3, 0),
    ],
)
def test_points_are_good_where_the_line_went_towards_the_outcome(
    outcome: str, bet: float, close: float, points: float
) -> None:
    assert points_clv(outcome, bet, close) == points


def test_half_a_point_of_basketball() -> None:
    """From an even close at -5.5, -4.5 wins with .5343 at a deviation of 12: fair at -114.7."""
    assert point_adjusted_clv(1 + 100 / 114.7, 0.5343, 1 - 0.5343) == pytest.approx(0, abs=1e-3)


def test_a_field_goal_gives_one_stake_in_eleven_back() -> None:
    """Without the 9 % that land on an NFL 3, the value of 2.0 at 55 % would be 10 %."""
    assert no_vig_clv(2.0, 0.55, 0.09) == pytest.approx(0.091)
    with pytest.raises(ValueError, match="no probability of a push"):
        no_vig_clv(2.0, 0.55, 1.1)


@given(prices, prices)
def test_price_and_implied_values_agree_in_sign(price: float, close: float) -> None:
    assert beat_close(price_clv(price, close)) == beat_close(implied_clv(price, close))
    assert price_clv(price, close) == pytest.approx(price * implied_clv(price, close), abs=1e-9)


@given(prices, chances)
def test_without_a_push_the_adjusted_value_is_the_one_without_vig(price: float, win: float) -> None:
    assert point_adjusted_clv(price, win, 1 - win) == pytest.approx(
        no_vig_clv(price, win), abs=1e-9
    )


@given(prices, chances, chances)
def test_a_push_shrinks_the_value_and_leaves_its_sign(
    price: float, win: float, push: float
) -> None:
    fair = no_vig_clv(price, win)
    adjusted = point_adjusted_clv(price, win * (1 - push), (1 - win) * (1 - push))
    assert adjusted == pytest.approx(fair * (1 - push), abs=1e-9)
    assert adjusted == pytest.approx(no_vig_clv(price, win, push), abs=1e-9)


@given(prices, prices)
def test_to_beat_and_to_be_beaten_add_up_to_one(price: float, close: float) -> None:
    assert beat_close(implied_clv(price, close)) + beat_close(implied_clv(close, price)) == 1


@pytest.mark.parametrize("chances", [(-0.1, 0.5), (0.6, 0.5)])
def test_what_is_no_probability_is_refused(chances: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="no probabilities"):
        point_adjusted_clv(2.0, *chances)


def test_what_is_no_price_is_refused() -> None:
    with pytest.raises(ValueError, match="decimal price"):
        price_clv(2.0, 1.0)
