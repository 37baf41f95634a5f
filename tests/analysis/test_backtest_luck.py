from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.backtest import fair_draws, luck
from analysis.backtest.daily import daily
from analysis.backtest.luck import (
    Interval,
    benjamini_hochberg,
    deflated_sharpe,
    equity_band,
    expected_max_sharpe,
    mean_interval,
    p_value_fair,
    p_value_normal,
    yield_interval,
)
from tests.analysis.backtest_bets import bet, frame, season

SEASONS = 300
# the share covered is then known to 0.7 %, so a right interval does not leave 92 to 98 % by chance
SEASONS_COVERED = 1000


def spread(side: str, point: float, *, fair: float, **columns: Any) -> dict[str, Any]:
    return bet(
        columns.pop("settlement", "win"),
        event_id="game",
        market_kind="spread",
        market_key="spreads",
        outcome_name=side,
        point=point,
        close_fair_probability=fair,
        **columns,
    )


def profits_drawn(bets: pd.DataFrame, draws: int = 4000) -> np.ndarray[Any, Any]:
    generator = np.random.default_rng(7)
    return np.concatenate(
        list(fair_draws.drawn_profits(bets, draws=draws, generator=generator))
    ).round(9)


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("price", "win_probability", "day_effect", "dates", "bets_a_date"),
    [
        pytest.param(1.91, 0.53, 0.0, 170, 10, id="a season at -110"),
        # bets drawn singly would cover 80 %
        pytest.param(1.91, 0.53, 0.2, 170, 10, id="bets of a day hang together"),
        pytest.param(8.0, 0.13, 0.0, 120, 5, id="outsiders"),
    ],
)
def test_a_95_per_cent_interval_covers_the_true_yield_92_to_98_times_of_100(
    price: float, win_probability: float, day_effect: float, dates: int, bets_a_date: float
) -> None:
    generator = np.random.default_rng(20250101)
    truth = win_probability * price - 1
    covered = 0
    for number in range(SEASONS_COVERED):
        bets = season(
            generator,
            dates=dates,
            bets_a_date=bets_a_date,
            price=price,
            win_probability=win_probability,
            day_effect=day_effect,
        )
        interval = yield_interval(bets, draws=1000, seed=number)
        assert interval.low is not None
        assert interval.high is not None
        covered += interval.low <= truth <= interval.high
    assert 0.92 <= covered / SEASONS_COVERED <= 0.98


def test_a_lower_level_gives_a_narrower_interval_around_the_yield() -> None:
    bets = season(np.random.default_rng(1), dates=60)
    wide, narrow = (yield_interval(bets, draws=2000, level=level) for level in (0.95, 0.5))
    yield_ = bets["profit"].sum() / bets["stake"].sum()
    assert wide.low < narrow.low < yield_ < narrow.high < wide.high  # type: ignore[operator]


def test_the_interval_is_that_of_every_draw_written_out() -> None:
    """Three days alike in stake: of 27 draws 1, 3, 6, 7, 6, 3, 1 have each of seven yields."""
    bets = frame([bet("loss"), bet("push", day=1), bet("win", day=2)])
    interval = yield_interval(bets, draws=20_000, level=0.95)
    assert interval == Interval(low=-1.0, high=1.0)
    half = yield_interval(bets, draws=20_000, level=0.4)
    assert (half.low, half.high) == pytest.approx((-1 / 3, 1 / 3))
    assert yield_interval(bets, draws=20_000, level=0.2) == Interval(low=0.0, high=0.0)


def test_bets_of_one_day_are_drawn_together() -> None:
    """Won and lost bets cancel out within each day, so no draw of days has another yield."""
    balanced = frame([bet(end, day=day) for day in range(5) for end in ("win", "loss")])
    assert yield_interval(balanced, draws=200) == Interval(low=0.0, high=0.0)


def test_a_day_is_a_local_one() -> None:
    """At 18:00 and 04:00 UTC it is one day in New York and two in London."""
    bets = frame([bet("win"), bet("loss", day=10 / 24)])
    assert yield_interval(bets, draws=50) == Interval(low=None, high=None)
    assert yield_interval(bets, draws=500, time_zone="Europe/London") == Interval(-1.0, 1.0)


def test_the_draws_do_not_depend_on_how_many_fit_into_a_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bets = season(np.random.default_rng(2), dates=30, bets_a_date=3)
    bets["close_fair_probability"] = 0.52
    whole = yield_interval(bets, draws=500), p_value_fair(bets, draws=500)
    monkeypatch.setattr(luck, "NUMBERS_A_BLOCK", 700)
    monkeypatch.setattr(fair_draws, "NUMBERS_A_BLOCK", 700)
    assert (yield_interval(bets, draws=500), p_value_fair(bets, draws=500)) == whole


def test_another_seed_is_another_interval() -> None:
    bets = season(np.random.default_rng(2), dates=30)
    assert yield_interval(bets, draws=500) == yield_interval(bets, draws=500, seed=0)
    assert yield_interval(bets, draws=500) != yield_interval(bets, draws=500, seed=1)


def test_rows_in_another_order_have_the_same_luck() -> None:
    bets = season(np.random.default_rng(4), dates=20, bets_a_date=4)
    bets["close_fair_probability"] = np.linspace(0.4, 0.6, len(bets))
    bets["no_vig_clv"] = bets["close_fair_probability"] * 1.91 - 1
    shuffled = bets.sample(frac=1, random_state=1).reset_index(drop=True)
    assert yield_interval(shuffled, draws=300) == yield_interval(bets, draws=300)
    assert mean_interval(shuffled, draws=300) == mean_interval(bets, draws=300)
    assert p_value_fair(shuffled, draws=300) == p_value_fair(bets, draws=300)
    pd.testing.assert_frame_equal(equity_band(shuffled), equity_band(bets))


def test_the_interval_of_the_mean_is_of_bets_that_have_a_value() -> None:
    bets = frame(
        [
            bet("win", no_vig_clv=0.02),
            bet("loss", point_adjusted_clv=0.02, day=1),
            bet("void", no_vig_clv=0.02, day=2),
            bet("win", day=3),
        ]
    )
    interval = mean_interval(bets, draws=100)
    assert (interval.low, interval.high) == pytest.approx((0.02, 0.02))
    assert mean_interval(bets, column="price_clv") == Interval(low=None, high=None)
    prices = bets.assign(price_clv=[0.0, 0.1, np.nan, np.nan])
    assert mean_interval(prices, column="price_clv", draws=500) == Interval(0.0, 0.1)


def test_intervals_of_the_paper_book_are_of_its_stakes() -> None:
    bets = frame(
        [bet("win", day=day, stake=0, paper_stake=10.0, paper_profit=5.0) for day in (0, 1)]
    )
    paper = yield_interval(bets, stake="paper_stake", profit="paper_profit", draws=20)
    assert paper == Interval(low=0.5, high=0.5)
    assert yield_interval(bets) == Interval(low=None, high=None)


def test_the_band_stands_on_the_days_of_the_curve_and_ends_around_its_profit() -> None:
    bets = season(np.random.default_rng(6), dates=40)
    days = daily(bets, initial_bankroll=1)
    band = equity_band(bets)
    assert band["date"].tolist() == days["date"].tolist()
    assert (band["low"] < band["middle"]).all()
    assert (band["middle"] < band["high"]).all()
    last = band.iloc[-1]
    by_day = bets["profit"].groupby(bets["decided_at"].dt.date).sum()
    deviation = by_day.std(ddof=0) * sqrt(len(by_day))
    assert last["middle"] == pytest.approx(bets["profit"].sum(), abs=0.1 * deviation)
    assert last["high"] - last["low"] == pytest.approx(2 * 1.645 * deviation, rel=0.1)
    assert equity_band(frame([bet(None)])).empty


@pytest.mark.parametrize(
    ("t_statistic", "expected"), [(0.0, 0.5), (1.6448536269514722, 0.05), (-1.96, 0.9750021)]
)
def test_the_normal_p_value_is_one_sided(t_statistic: float, expected: float) -> None:
    assert p_value_normal(t_statistic) == pytest.approx(expected, abs=1e-7)


def test_the_fair_p_value_is_uniform_when_bets_are_fair() -> None:
    generator = np.random.default_rng(11)
    p_values = []
    for number in range(SEASONS):
        fair = generator.uniform(0.2, 0.8, 40)
        price = 1 / fair + generator.normal(0, 0.05, 40).clip(-0.1, 0.1)
        is_push = generator.random(40) < 0.1
        ends = np.where(is_push, "push", np.where(generator.random(40) < fair, "win", "loss"))
        rows = [
            bet(
                str(end),
                stake=float(stake),
                price=float(decimal),
                close_fair_probability=float(chance),
                close_push_probability=0.1,
            )
            for end, stake, decimal, chance in zip(
                ends, generator.uniform(10, 200, 40), price, fair, strict=True
            )
        ]
        p_value = p_value_fair(frame(rows), draws=300, seed=number)
        assert p_value is not None
        p_values.append(p_value)
    ranks = np.arange(1, SEASONS + 1) / SEASONS
    distance = np.abs(np.sort(p_values) - ranks).max()
    # Kolmogorov and Smirnov's bound at 1 %
    assert distance < 1.63 / sqrt(SEASONS)


def test_the_fair_p_value_of_coin_flips_is_the_binomial_one() -> None:
    bets = frame(
        [bet("win" if number < 8 else "loss", close_fair_probability=0.5) for number in range(10)]
    )
    # 45 + 10 + 1 of 1,024 ways win eight or more
    assert p_value_fair(bets, draws=40_000) == pytest.approx(56 / 1024, abs=0.004)


def test_both_sides_of_a_market_never_win_together() -> None:
    both = [
        spread("Home", -2.5, fair=0.5, price=2.1, settlement="win"),
        spread("Away", 2.5, fair=0.52, price=2.1, settlement="loss"),
    ]
    assert set(profits_drawn(frame(both))) == {10.0}
    # what is sure is no luck, though it is no skill either
    assert p_value_fair(frame(both), draws=500) == 1


def test_a_push_returns_both_sides() -> None:
    sides = [
        spread("Home", -3.0, fair=0.5, price=2.2, close_push_probability=0.1),
        spread("Away", 3.0, fair=0.5, price=2.0, close_push_probability=0.1),
    ]
    profits, counts = np.unique(profits_drawn(frame(sides)), return_counts=True)
    assert profits.tolist() == [0.0, 20.0]
    # 0.45 for the home side
    assert counts[1] / counts.sum() == pytest.approx(0.45, abs=0.03)
    alone = profits_drawn(frame(sides[:1]))
    assert set(alone) == {-100.0, 0.0, 120.0}
    assert (alone == 0).mean() == pytest.approx(0.1, abs=0.02)
    assert (alone == 120).mean() == pytest.approx(0.45, abs=0.02)


def test_a_middle_wins_both_legs_where_they_overlap_and_never_loses_both() -> None:
    legs = [
        spread("Home", -1.5, fair=0.55, price=1.9),
        spread("Away", 4.5, fair=0.6, price=1.9),
    ]
    profits = profits_drawn(frame(legs))
    assert set(profits) == {-10.0, 180.0}
    assert (profits == 180).mean() == pytest.approx(0.15, abs=0.02)


def test_moneyline_and_spread_of_a_game_share_its_margin() -> None:
    bets = frame(
        [
            bet("win", event_id="game", close_fair_probability=0.6),
            spread("Home", -4.5, fair=0.4),
        ]
    )
    profits = profits_drawn(bets)
    # a cover of the spread is a win of the game
    shares = [(profits == amount).mean() for amount in (-200, 0, 200)]
    assert shares == pytest.approx([0.4, 0.2, 0.4], abs=0.03)


def test_over_and_under_share_a_total_that_has_nothing_to_do_with_the_margin() -> None:
    total: dict[str, Any] = {
        "event_id": "game",
        "market_kind": "total",
        "market_key": "totals",
        "point": 220.5,
    }
    over = bet("win", **total, outcome_name="Over", close_fair_probability=0.5)
    under = bet("loss", **total, outcome_name="Under", close_fair_probability=0.5)
    assert set(profits_drawn(frame([over, under]))) == {0.0}
    home = bet("win", event_id="game", close_fair_probability=0.5)
    profits = profits_drawn(frame([over, home]))
    shares = [(profits == amount).mean() for amount in (-200, 0, 200)]
    assert shares == pytest.approx([0.25, 0.5, 0.25], abs=0.03)


@pytest.mark.parametrize("home_and_away", [True, False], ids=["three legs", "draw and home"])
def test_exactly_one_of_three_ways_wins(home_and_away: bool) -> None:
    chances = {"Home": 0.5, "Draw": 0.3} | ({"Away": 0.2} if home_and_away else {})
    rows = [
        bet("win", event_id="game", outcome_name=name, price=3.0, close_fair_probability=chance)
        for name, chance in chances.items()
    ]
    profits = profits_drawn(frame(rows))
    if home_and_away:
        assert set(profits) == {0.0}
    else:
        assert set(profits) == {-200.0, 100.0}
        assert (profits == 100).mean() == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize(("known", "is_known"), [(4, True), (3, False), (0, False)])
def test_there_is_a_fair_p_value_if_four_of_five_bets_have_a_close(
    known: int, is_known: bool
) -> None:
    fair = [0.5 if number < known else np.nan for number in range(5)]
    bets = frame([bet("win", close_fair_probability=chance) for chance in fair])
    assert (p_value_fair(bets, draws=20) is not None) == is_known


def test_commission_counts_in_the_draws() -> None:
    bets = frame([bet("win", price=3.0, net_decimal_price=2.8, close_fair_probability=0.5)])
    assert set(profits_drawn(bets)) == {-100.0, 180.0}


def trials(count: int, deviation: float) -> list[float]:
    """So many numbers with exactly that standard deviation."""
    values = np.linspace(-1, 1, count)
    return list(values / values.std(ddof=1) * deviation)


@pytest.mark.parametrize(("count", "expected"), [(100, 0.9004), (46, 0.9505)])
def test_the_deflated_sharpe_ratio_is_that_of_the_paper(count: int, expected: float) -> None:
    """Bailey & López de Prado (2014): 2.5 a year over five years of 250 days, variance 1/2."""
    deflated = deflated_sharpe(
        2.5 / sqrt(250),
        trials=trials(count, sqrt(0.5 / 250)),
        observations=1250,
        skewness=-3,
        kurtosis=10,
    )
    assert deflated == pytest.approx(expected, abs=1e-4)


def test_the_best_of_many_trials_without_skill_is_what_the_paper_says() -> None:
    assert expected_max_sharpe(trials(100, sqrt(0.5 / 250))) == pytest.approx(0.1132, abs=5e-5)
    drawn = np.random.default_rng(8).normal(size=(20_000, 50)).max(axis=1).mean()
    assert expected_max_sharpe(trials(50, 1)) == pytest.approx(drawn, rel=0.02)


def test_one_trial_is_not_deflated() -> None:
    assert expected_max_sharpe([0.3]) == 0
    alone = deflated_sharpe(0.1, trials=[0.1], observations=101, skewness=0, kurtosis=3)
    assert alone == pytest.approx(1 - p_value_normal(0.1 * sqrt(100 / 1.005)))


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"trials": []}, id="no trials"),
        pytest.param({"observations": 1}, id="one observation"),
        pytest.param({"skewness": 30.0}, id="no such moments"),
    ],
)
def test_a_deflated_sharpe_ratio_of_nothing_is_refused(wrong: dict[str, Any]) -> None:
    right: dict[str, Any] = {"trials": [0.1], "observations": 100, "skewness": 0.0, "kurtosis": 3.0}
    with pytest.raises(ValueError, match=r"trials|moments"):
        deflated_sharpe(0.1, **(right | wrong))


def test_benjamini_and_hochberg_by_hand() -> None:
    # sorted 0.005 x 4/1, 0.01 x 4/2, 0.03 x 4/3, 0.04 x 4/4
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.02, 0.04, 0.04, 0.02])
    # 0.03 x 3/2 is more than the 0.04 that follows it
    assert benjamini_hochberg([0.03, 0.04, 0.01]) == pytest.approx([0.04, 0.04, 0.03])
    assert benjamini_hochberg([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_adjusted_p_values_keep_their_order_and_are_no_smaller(p_values: list[float]) -> None:
    adjusted = benjamini_hochberg(p_values)
    assert all(
        after >= before * (1 - 1e-12) for before, after in zip(p_values, adjusted, strict=True)
    )
    assert max(adjusted) <= 1
    pairs = sorted(zip(p_values, adjusted, strict=True))
    assert [after for _, after in pairs] == sorted(adjusted)
    assert max(adjusted) == pytest.approx(max(p_values))
