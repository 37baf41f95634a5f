"""How much is wanted for a bet: golden values of Kelly, caps, increments."""

from dataclasses import fields
from math import log

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from analysis.backtest.sizing import Sizing, SizingError
from analysis.odds_math import american_to_decimal, kelly_fraction
from ingestion.settings import PROJECT_DIR

AT_110 = american_to_decimal(-110)
UNCAPPED = {
    "max_bet_share": 1.0,
    "max_event_share": 1.0,
    "max_day_share": 1.0,
    "max_open_share": 1.0,
}
money = st.floats(0, 1e6)
chances = st.floats(0, 1)
prices = st.floats(1.01, 50)


def wanted(
    sizing: Sizing,
    *,
    win: float | None = 0.55,
    push: float = 0.0,
    price: float = AT_110,
    available: float = 10_000.0,
    is_group: bool = False,
) -> float:
    return sizing.wanted(
        available=available,
        decimal_price=price,
        win_probability=win,
        push_probability=push,
        is_group=is_group,
    )


def growth(stake_share: float, *, win: float, price: float) -> float:
    return win * log(1 + stake_share * (price - 1)) + (1 - win) * log(1 - stake_share)


@pytest.mark.parametrize(
    ("win", "push", "price", "fraction", "stake"),
    [
        # not edge / decimal price (65.48), nor edge / american price (-1.14)
        pytest.param(0.55, 0.0, AT_110, 0.25, 137.50, id="quarter at -110"),
        pytest.param(0.55, 0.0, AT_110, 1.0, 550.00, id="full at -110"),
        pytest.param(0.60, 0.0, AT_110, 1.0, 1600.00, id="a better one"),
        pytest.param(0.7, 0.0, 1.5, 1.0, 1000.00, id="a favourite"),
        pytest.param(0.25, 0.0, 5.0, 1.0, 625.00, id="a longshot"),
        pytest.param(0.52, 0.0, AT_110, 1.0, 0.0, id="no edge at all"),
        # p .50, q .44, push .06; what is believed is the win where it is no push
        pytest.param(0.50 / 0.94, 0.06, AT_110, 1.0, 170.21, id="a push gives it back"),
    ],
)
def test_kelly_stakes_are_the_textbooks(
    win: float, push: float, price: float, fraction: float, stake: float
) -> None:
    sizing = Sizing(method="kelly", fraction=fraction, **UNCAPPED)
    assert wanted(sizing, win=win, push=push, price=price) == pytest.approx(stake, abs=0.005)


@pytest.mark.parametrize(("fraction", "share"), [(0.25, 0.4369), (0.5, 0.7492)])
def test_a_part_of_kelly_gives_up_less_growth_than_stake(fraction: float, share: float) -> None:
    """About c (2 - c) of it: a quarter keeps 44 %, not 75 %."""
    part, whole = (
        growth(wanted(Sizing(fraction=c, **UNCAPPED)) / 10_000, win=0.55, price=AT_110)
        for c in (fraction, 1.0)
    )
    assert part / whole == pytest.approx(share, abs=1e-3)
    assert part / whole == pytest.approx(fraction * (2 - fraction), abs=2e-3)


@given(chances, st.floats(0, 0.9), prices)
def test_no_other_stake_makes_the_bankroll_grow_faster(
    win: float, push: float, price: float
) -> None:
    best = kelly_fraction(win * (1 - push), push, price)
    stake = wanted(Sizing(fraction=1.0, **UNCAPPED), win=win, push=push, price=price)
    assert stake == pytest.approx(10_000 * best)
    for other in (best * 0.9, best * 1.1 + 0.001):
        if 0 < best < 1 and other < 1:
            assert growth(best, win=win, price=price) >= growth(other, win=win, price=price) - 1e-12


def test_flat_and_percentage_stakes_need_no_opinion() -> None:
    assert wanted(Sizing(method="flat", amount=120), win=None) == 120
    assert wanted(Sizing(method="percentage", share=0.02), win=None) == 200
    assert wanted(Sizing(method="percentage", share=0.02), win=None, available=500) == 10


def test_kelly_without_an_opinion_is_refused() -> None:
    with pytest.raises(SizingError, match="choose flat or percentage"):
        wanted(Sizing(), win=None)


def test_kelly_gives_a_group_of_legs_the_cap_of_a_bet() -> None:
    assert wanted(Sizing(max_bet_share=0.05), win=None, is_group=True) == 500
    assert wanted(Sizing(method="flat", amount=90), win=None, is_group=True) == 90


@given(st.sampled_from(["flat", "percentage", "kelly"]), money, chances, prices, st.booleans())
def test_nothing_exceeds_the_cap_of_a_bet_or_is_below_zero(
    method: str, available: float, win: float, price: float, is_group: bool
) -> None:
    sizing = Sizing(method=method, share=0.3, fraction=1.0, max_bet_share=0.07)  # type: ignore[arg-type]
    stake = wanted(sizing, win=win, price=price, available=available, is_group=is_group)
    assert 0 <= stake <= 0.07 * available


@pytest.mark.parametrize(
    ("stake", "rounded"),
    [
        (10.0, 10.0),
        (12.49, 10.0),
        (12.5, 12.5),
        # 0.1 + 0.2 and its like: whole increments but for the last bit
        (12.499999999999, 12.5),
        (4.99, 0.0),
        (5.0, 5.0),
        (0.0, 0.0),
    ],
)
def test_stakes_go_down_to_the_increment_and_under_the_least_to_nothing(
    stake: float, rounded: float
) -> None:
    assert Sizing(increment=2.5, min_stake=5.0).rounded(stake) == rounded


def test_the_least_stake_is_no_floor() -> None:
    """Raised to the least stake, a bet without an edge would be a bet."""
    sizing = Sizing(min_stake=5.0)
    assert sizing.rounded(wanted(sizing, win=0.5242, available=1000)) == 0


@given(money, st.sampled_from([0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 10.0]), st.floats(0, 20))
def test_a_rounded_stake_is_whole_and_never_more(
    stake: float, increment: float, least: float
) -> None:
    rounded = Sizing(increment=increment, min_stake=least).rounded(stake)
    assert rounded <= stake * (1 + 1e-9) + 1e-9 * increment
    assert rounded == 0 or rounded >= least
    assert rounded / increment == pytest.approx(round(rounded / increment), abs=1e-6)
    assert rounded == 0 or stake - rounded < increment


@pytest.mark.parametrize(
    "wrong",
    [
        {name: value}
        for name, values in {
            "share": (0, -0.1, 1.1),
            "fraction": (0, 2),
            "max_bet_share": (0, 1.01),
            "max_event_share": (0,),
            "max_day_share": (-1,),
            "max_open_share": (1.5, float("nan")),
            "amount": (0, -5, float("nan")),
            "increment": (0,),
            "min_stake": (-1,),
        }.items()
        for value in values
    ],
    ids=str,
)
def test_rules_that_make_no_sense_are_refused_by_name(wrong: dict[str, float]) -> None:
    with pytest.raises(SizingError, match=next(iter(wrong))):
        Sizing(**wrong)  # type: ignore[arg-type]


def test_every_number_of_a_rule_is_checked() -> None:
    for each in fields(Sizing):
        if each.name != "method":
            with pytest.raises(SizingError):
                Sizing(**{each.name: -1.0})  # type: ignore[arg-type]


def test_the_reports_suggest_the_stakes_that_backtests_take() -> None:
    variables = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text())["vars"]
    assert variables["kelly_share"] == Sizing().fraction
    assert variables["kelly_cap"] == Sizing().max_bet_share
