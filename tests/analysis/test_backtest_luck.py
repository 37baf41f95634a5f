from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from analysis.backtest import fair_draws
from analysis.backtest.breakdowns import breakdown
from analysis.backtest.daily import daily
from analysis.backtest.luck import (
    UNKNOWN,
    equity_band,
    mean_interval,
    p_value_by_day,
    p_value_fair,
    yield_interval,
)
from tests.analysis.backtest_bets import bet, frame, season

SEASONS = 300
# the share covered is then known to 0.7 %
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


def worthless(
    generator: np.random.Generator, price: float, days: int, bets_a_day: int, *, games: int = 0
) -> pd.DataFrame:
    """Fair bets; those on one of so many games a day are on one side of it, at several books."""
    return season(
        generator,
        dates=days,
        bets_a_date=bets_a_day,
        is_even=True,
        price=price,
        win_probability=1 / price,
        games_a_date=games or bets_a_day,
    )


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("days", "bets_a_day", "games"),
    [(8, 10, 0), (20, 4, 0), (50, 4, 0), (100, 4, 0), (50, 11, 1), (20, 22, 2)],
)
@pytest.mark.parametrize("price", [1.5, 1.91, 3.0, 10.0])
def test_a_95_per_cent_interval_covers_the_true_yield_as_often_as_it_says(
    price: float, days: int, bets_a_day: int, games: int
) -> None:
    """93 to 97 %, and what 1,000 seasons leave uncertain; few bets of an outsider cover more."""
    generator = np.random.default_rng([int(100 * price), days, bets_a_day])
    covered = significant = 0
    for _ in range(SEASONS_COVERED):
        bets = worthless(generator, price, days, bets_a_day, games=games)
        interval, p_value = yield_interval(bets), p_value_by_day(bets)
        assert interval.low is not None
        assert interval.high is not None
        assert p_value is not None
        covered += interval.low <= 0 <= interval.high
        significant += p_value <= 0.05
    print(  # noqa: T201 - the figures of the intervals
        f"price {price}: {days} days of {bets_a_day} bets on {games or bets_a_day} games: "
        f"{covered / SEASONS_COVERED:.1%} covered, {significant / SEASONS_COVERED:.1%} significant"
    )
    expected_wins = days * (games or bets_a_day) / price
    assert 0.92 <= covered / SEASONS_COVERED <= (0.98 if expected_wins > 10 else 1)
    assert significant / SEASONS_COVERED <= 0.07


@pytest.mark.heavy
def test_bets_of_a_day_that_hang_together_have_a_wider_interval() -> None:
    """Taken for independent they would be covered 80 times of 100."""
    generator = np.random.default_rng(20250101)
    covered = 0
    for _ in range(SEASONS_COVERED):
        bets = season(generator, day_effect=0.2)
        interval = yield_interval(bets)
        covered += interval.low <= 0.53 * 1.91 - 1 <= interval.high  # type: ignore[operator]
    assert 0.92 <= covered / SEASONS_COVERED <= 0.98


@pytest.mark.parametrize(
    ("days", "bets_a_day"), [(7, 10), (29, 1), (2, 100)], ids=["days", "bets", "two days"]
)
def test_few_bets_or_days_have_no_interval(days: int, bets_a_day: int) -> None:
    bets = worthless(np.random.default_rng(1), 10.0, days, bets_a_day)
    bets["no_vig_clv"] = 0.01
    assert yield_interval(bets) == mean_interval(bets) == UNKNOWN
    assert p_value_by_day(bets) is None
    enough = worthless(np.random.default_rng(1), 10.0, 8, 4)
    assert yield_interval(enough) != UNKNOWN
    table = breakdown(pd.concat([enough, bets.assign(bookmaker_key="other")]), "bookmaker_key")
    assert table["low"].isna().tolist() == [False, True]


@pytest.mark.parametrize("wins", [0, 3, 12, 30, 60])
def test_the_interval_of_single_bets_is_about_the_binomial_one(wins: int) -> None:
    """One bet a day: the chances at which no more, or no fewer, wins would be 2.5 % likely."""
    ends = ["win"] * wins + ["loss"] * (60 - wins)
    np.random.default_rng(2).shuffle(ends)
    bets = frame([bet(end, day=day, price=4.0) for day, end in enumerate(ends)])
    interval = yield_interval(bets)
    chances = np.linspace(0, 1, 10_001)
    at_most = binom.cdf(wins, 60, chances) - binom.pmf(wins, 60, chances) / 2
    inside = chances[(at_most > 0.025) & (at_most < 0.975)]
    expected = 4 * inside.min() - 1, 4 * inside.max() - 1
    assert (interval.low, interval.high) == pytest.approx(expected, abs=0.12)


def test_what_is_sure_has_no_width_and_is_no_luck() -> None:
    """Won and lost bets cancel out within each day."""
    balanced = frame([bet(end, day=day) for day in range(20) for end in ("win", "loss")])
    interval = yield_interval(balanced)
    assert (interval.low, interval.high) == pytest.approx((0, 0), abs=1e-9)
    assert p_value_by_day(balanced) == pytest.approx(0.5)


def test_bets_of_one_side_at_several_books_are_one_opinion() -> None:
    once = season(np.random.default_rng(3), dates=40, bets_a_date=2)
    books = [once.assign(bet_number=once["bet_number"] + 1000 * book) for book in range(5)]
    often = pd.concat(books, ignore_index=True)
    assert yield_interval(often).low == pytest.approx(yield_interval(once).low)
    assert yield_interval(often).high == pytest.approx(yield_interval(once).high)


def test_a_push_and_half_a_bet_decide_less() -> None:
    """Half of a quarter line is another bet that was pushed."""
    ends = ["win", "loss", "win", "loss", "loss"] * 12
    whole = frame([bet(end, day=day) for day, end in enumerate(ends)])
    pushed = frame(
        [bet(end, day=day) for day, end in enumerate(ends)]
        + [bet("push", day=day) for day in range(60)]
    )
    halves = frame([bet(f"half_{end}", day=day) for day, end in enumerate(ends)])
    for other in (pushed, halves):
        low, high = yield_interval(other).low, yield_interval(other).high
        assert 2 * low == pytest.approx(yield_interval(whole).low)  # type: ignore[operator]
        assert 2 * high == pytest.approx(yield_interval(whole).high)  # type: ignore[operator]


def test_the_p_value_says_what_the_interval_says() -> None:
    generator = np.random.default_rng(5)
    beyond = []
    for _ in range(60):
        bets = season(generator, dates=30, bets_a_date=3, win_probability=0.62)
        interval, p_value = yield_interval(bets), p_value_by_day(bets)
        assert (interval.low > 0) == (p_value < 0.025)  # type: ignore[operator]
        beyond.append(p_value < 0.025)  # type: ignore[operator]
    assert 0 < sum(beyond) < 60


def test_a_lower_level_gives_a_narrower_interval_around_the_yield() -> None:
    bets = season(np.random.default_rng(1), dates=60)
    wide, narrow = (yield_interval(bets, level=level) for level in (0.95, 0.5))
    yield_ = bets["profit"].sum() / bets["stake"].sum()
    assert wide.low < narrow.low < yield_ < narrow.high < wide.high  # type: ignore[operator]


def test_a_day_is_a_local_one() -> None:
    """At 18:00 and 04:00 UTC it is one day in New York and two in London."""
    bets = frame(
        [
            bet("win", day=day + part)
            for day in range(0, 8, 2)
            for part in (0, 10 / 24)
            for _ in range(5)
        ]
    )
    assert yield_interval(bets) == UNKNOWN
    assert yield_interval(bets, time_zone="Europe/London") != UNKNOWN


def test_rows_in_another_order_have_the_same_luck() -> None:
    bets = season(np.random.default_rng(4), dates=20, bets_a_date=4)
    bets["close_fair_probability"] = np.linspace(0.4, 0.6, len(bets))
    bets["no_vig_clv"] = bets["close_fair_probability"] * 1.91 - 1
    shuffled = bets.sample(frac=1, random_state=1).reset_index(drop=True)
    assert yield_interval(shuffled) == yield_interval(bets)
    assert mean_interval(shuffled) == mean_interval(bets)
    assert p_value_by_day(shuffled) == p_value_by_day(bets)
    assert p_value_fair(shuffled, draws=300) == p_value_fair(bets, draws=300)
    pd.testing.assert_frame_equal(equity_band(shuffled), equity_band(bets))


def test_the_fair_draws_do_not_depend_on_how_many_fit_into_a_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bets = season(np.random.default_rng(2), dates=30, bets_a_date=3)
    bets["close_fair_probability"] = 0.52
    whole = p_value_fair(bets, draws=500)
    monkeypatch.setattr(fair_draws, "NUMBERS_A_BLOCK", 700)
    assert p_value_fair(bets, draws=500) == whole


def test_the_interval_of_the_mean_is_of_bets_that_have_a_value() -> None:
    """By Student's distribution of so many days: 2.0639 standard errors for 25."""
    values = np.arange(50) % 2 * 0.04 + np.repeat(np.arange(25), 2) * 0.001
    rows = [
        bet("win", day=number // 2, no_vig_clv=value) if number % 3 else
        bet("loss", day=number // 2, point_adjusted_clv=value)
        for number, value in enumerate(values)
    ]  # fmt: skip
    bets = frame([*rows, *(bet("win", day=day) for day in range(10))])
    interval = mean_interval(bets)
    by_day = values.reshape(25, 2).mean(axis=1)
    reach = 2.0639 * by_day.std(ddof=1) / 5
    expected = values.mean() - reach, values.mean() + reach
    assert (interval.low, interval.high) == pytest.approx(expected, abs=1e-6)
    assert mean_interval(bets, column="price_clv") == UNKNOWN


def test_intervals_of_the_paper_book_are_of_its_stakes() -> None:
    rows = [bet("win", day=day, stake=0, paper_stake=10.0, paper_profit=5.0) for day in range(40)]
    paper = yield_interval(frame(rows), stake="paper_stake", profit="paper_profit")
    assert paper != UNKNOWN
    assert yield_interval(frame(rows)) == UNKNOWN


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


@pytest.mark.heavy
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


@pytest.mark.parametrize("draws", [9, 99, 10_000])
def test_what_no_draw_matches_has_the_least_p_value_not_zero(draws: int) -> None:
    """The result itself is one of the ways it could have come (Phipson & Smyth 2010)."""
    miracle = frame([bet("win", price=1000.0, close_fair_probability=1e-6) for _ in range(5)])
    assert p_value_fair(miracle, draws=draws) == 1 / (draws + 1)
