import csv
from collections.abc import Callable
from itertools import pairwise
from math import inf, nan
from pathlib import Path

import pytest
import shin
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.odds_math import (
    METHODS,
    american_to_decimal,
    cents_between,
    decimal_to_american,
    expected_value,
    fair_probabilities,
    hold,
    implied_probability,
    kelly_fraction,
    net_decimal_price,
    overround,
)
from tests.analysis.golden import GOLDEN

PENALTYBLOG = Path(__file__).parent / "cases" / "penaltyblog.csv"
SUM_TO_ONE = METHODS[:-1]

american_prices = st.one_of(st.integers(100, 1_000_000), st.integers(-1_000_000, -100))
decimal_prices = st.floats(1.001, 1000)
probabilities = st.floats(0, 1)
outcome_sets = st.lists(decimal_prices.map(lambda price: 1 / price), min_size=2, max_size=3)


@given(american_prices)
def test_an_american_price_survives_the_way_there_and_back(price: int) -> None:
    there_and_back = decimal_to_american(american_to_decimal(price))
    assert there_and_back == (100 if price == -100 else price)


@given(decimal_prices)
def test_a_decimal_price_survives_to_the_nearest_cent(price: float) -> None:
    there_and_back = american_to_decimal(decimal_to_american(price))
    assert there_and_back - 1 == pytest.approx(price - 1, rel=0.005)


@given(american_prices, american_prices)
def test_more_cents_pay_more(one: int, other: int) -> None:
    moved = cents_between(one, other)
    better = american_to_decimal(other) - american_to_decimal(one)
    assert (moved > 0) == (better > 0)
    assert (moved == 0) == (better == 0)


@given(american_prices, american_prices, american_prices)
def test_cents_add_up(first: int, second: int, third: int) -> None:
    assert cents_between(first, second) + cents_between(second, third) == cents_between(
        first, third
    )


def test_both_sides_of_even_money_are_one_price() -> None:
    assert american_to_decimal(-100) == american_to_decimal(100) == 2
    assert cents_between(-100, 100) == 0


@pytest.mark.parametrize(
    ("from_american", "to_american", "cents"),
    [(-105, 105, 10), (105, -105, -10), (-110, -120, -10), (150, 165, 15), (-110, 100, 10)],
)
def test_cents_are_counted_across_even_money(
    from_american: int, to_american: int, cents: int
) -> None:
    assert cents_between(from_american, to_american) == cents


@given(outcome_sets)
def test_hold_and_overround_are_two_views_of_one_sum(implied: list[float]) -> None:
    assert overround(implied) == pytest.approx(sum(implied) - 1)
    assert (1 + overround(implied)) * (1 - hold(implied)) == pytest.approx(1)


@given(probabilities, decimal_prices)
def test_a_bet_breaks_even_at_its_implied_probability(chance: float, price: float) -> None:
    assert expected_value(implied_probability(price), price) == pytest.approx(0, abs=1e-12)
    edge = chance - implied_probability(price)
    assert expected_value(chance, price) == pytest.approx(edge * price, abs=1e-12)


@given(decimal_prices, st.floats(0, 0.2))
def test_commission_is_taken_from_winnings_only(price: float, rate: float) -> None:
    assert net_decimal_price(price, rate) - 1 == pytest.approx((price - 1) * (1 - rate))
    assert net_decimal_price(price, 0) == pytest.approx(price)


@pytest.mark.parametrize(
    ("win", "push", "price", "fraction"),
    [
        (0.55, 0, american_to_decimal(-110), 0.055),
        (0.50, 0.06, american_to_decimal(-110), 0.017021276595744681),
        (0.50, 0, american_to_decimal(-110), 0),
        (0.60, 0, 2.0, 0.2),
    ],
    ids=["an edge", "a push", "no edge", "even money"],
)
def test_kelly_stakes(win: float, push: float, price: float, fraction: float) -> None:
    assert kelly_fraction(win, push, price) == pytest.approx(fraction, abs=1e-12)


@given(probabilities, st.floats(0, 0.9), decimal_prices)
def test_kelly_stakes_a_share_of_the_bankroll(win: float, push: float, price: float) -> None:
    assert 0 <= kelly_fraction(win * (1 - push), push, price) <= 1 + 1e-9


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("prices", GOLDEN, ids=str)
def test_published_sets_come_out_to_nine_digits(prices: tuple[float, ...], method: str) -> None:
    fair = fair_probabilities([1 / price for price in prices], method)
    assert fair == pytest.approx(GOLDEN[prices][method], abs=1e-9)


def test_penaltyblog_finds_the_same_prices() -> None:
    with PENALTYBLOG.open() as file:
        cases = list(csv.DictReader(file))
    assert len(cases) > 500
    for case in cases:
        implied = [1 / float(price) for price in case["prices"].split()]
        theirs = [float(fair) for fair in case["fair_probabilities"].split()]
        ours = fair_probabilities(implied, case["method"])
        if min(theirs) > 0:
            assert ours == pytest.approx(theirs, abs=1e-9), case
        else:
            assert ours is None, case


@given(st.lists(st.floats(0.02, 1), min_size=2, max_size=3), st.floats(1.005, 1.5))
def test_the_library_shin_finds_the_same_prices(weights: list[float], total: float) -> None:
    """At margins where its own iteration arrives: at none it hardly moves, beyond it diverges."""
    implied = [min(weight / sum(weights) * total, 0.998) for weight in weights]
    theirs = shin.calculate_implied_probabilities(
        [1 / chance for chance in implied], max_iterations=100_000, convergence_threshold=1e-14
    )
    assert fair_probabilities(implied, "shin") == pytest.approx(theirs, abs=1e-9)


@given(outcome_sets, st.sampled_from(SUM_TO_ONE))
def test_fair_probabilities_sum_to_one(implied: list[float], method: str) -> None:
    fair = fair_probabilities(implied, method)
    assume(fair)
    assert sum(fair) == pytest.approx(1, abs=1e-11)


@given(outcome_sets, st.sampled_from(METHODS))
def test_no_method_changes_the_favourite(implied: list[float], method: str) -> None:
    fair = fair_probabilities(implied, method)
    assume(fair)
    ranked = [chance for _, chance in sorted(zip(implied, fair, strict=True))]
    assert all(low <= high + 1e-12 for low, high in pairwise(ranked))


@given(outcome_sets)
def test_the_worst_case_is_below_every_method(implied: list[float]) -> None:
    worst = fair_probabilities(implied, "worst_case")
    for method in SUM_TO_ONE:
        for least, chance in zip(worst, fair_probabilities(implied, method) or (), strict=False):
            assert least <= chance


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=3), st.sampled_from(SUM_TO_ONE))
def test_prices_without_a_margin_are_fair(weights: list[float], method: str) -> None:
    implied = [weight / sum(weights) for weight in weights]
    assert fair_probabilities(implied, method) == pytest.approx(implied, abs=1e-9)


def test_a_method_that_leaves_no_probability_gives_no_price() -> None:
    assert fair_probabilities([1 / 1.033, 1 / 7.34, 1 / 23.123], "additive") is None


def test_insiders_explain_no_three_prices_below_one() -> None:
    assert fair_probabilities([0.3, 0.3, 0.3], "shin") is None
    assert fair_probabilities([0.3, 0.5], "shin") == fair_probabilities([0.3, 0.5], "additive")
    assert fair_probabilities([0.3, 0.3, 0.3], "power") == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize(
    "call",
    [
        lambda: american_to_decimal(99),
        lambda: american_to_decimal(nan),
        lambda: cents_between(-110, 0),
        lambda: decimal_to_american(1),
        lambda: implied_probability(0.5),
        lambda: net_decimal_price(2, 1),
        lambda: expected_value(1.1, 2),
        lambda: kelly_fraction(0.6, 0.5, 2),
        lambda: kelly_fraction(0, 1, 2),
        lambda: overround([0.5]),
        lambda: hold([0.5, 1]),
        lambda: fair_probabilities([0.5, 0.5], "average"),
        lambda: fair_probabilities([0.5, -inf], "power"),
    ],
)
def test_what_is_no_price_is_refused_in_one_line(call: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        call()
