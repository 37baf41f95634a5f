from dataclasses import asdict
from datetime import date, timedelta
from math import isfinite, log, sqrt
from typing import Any

import empyrical
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.backtest import ratios
from analysis.backtest.breakdowns import BREAKDOWNS, breakdown
from analysis.backtest.daily import daily
from analysis.backtest.metrics import measure
from analysis.backtest.probability_quality import brier, calibration_slope, log_loss
from tests.analysis.backtest_bets import START, bet, frame, season

BANKROLL = 1000.0
EVERY_END = frame(
    [
        bet("win"),
        bet("loss", stake=50, net_decimal_price=2.5),
        bet("push", day=1),
        bet("half_win", day=2, stake=200, price=1.5),
        bet("half_loss", day=2, stake=40, price=3.0),
        bet("void", day=3, stake=500),
        bet(None, day=4, stake=30),
        bet("win", stake=0),
    ]
)
UP_AND_DOWN = frame(
    [
        bet("win"),
        bet("loss", day=1, stake=220),
        bet("win", day=3, stake=330),
        bet("loss", day=4, stake=121),
    ]
)

ends = st.sampled_from(["win", "half_win", "push", "half_loss", "loss", "void", None])
probabilities = st.floats(0.02, 0.98)


@st.composite
def bets_frames(draw: st.DrawFn) -> pd.DataFrame:
    rows: list[dict[str, Any]] = draw(
        st.lists(
            st.builds(
                bet,
                ends,
                day=st.integers(0, 120).map(lambda hours: hours / 24),
                stake=st.integers(0, 50).map(float),
                price=st.floats(1.05, 20),
                win_probability=probabilities,
                close_fair_probability=st.one_of(probabilities, st.just(float("nan"))),
                no_vig_clv=st.one_of(
                    st.integers(-200, 200).map(lambda n: n / 1000), st.just(float("nan"))
                ),
                beat_close=st.sampled_from([0.0, 0.5, 1.0, float("nan")]),
            ),
            max_size=25,
        )
    )
    return frame(rows)


def test_every_end_of_a_bet_counts_where_it_belongs() -> None:
    metrics = measure(EVERY_END, initial_bankroll=BANKROLL)
    counts = (metrics.bets, metrics.won, metrics.lost, metrics.pushed, metrics.void)
    assert (*counts, metrics.pending) == (7, 2, 2, 1, 1, 1)
    assert metrics.turnover == 490
    assert metrics.profit == 80


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("yield_", 80 / 490),
        ("flat_yield", -0.05),
        ("bankroll_growth", 0.08),
        ("log_growth_per_day", log(1.08) / 5),
        ("win_rate", 0.5),
        ("expected_win_rate", (1 / 2 + 1 / 2.5 + 1 / 1.5 + 1 / 3) / 4),
        ("win_rate_z", 0.1 / sqrt(0.25 + 0.24 + 2 / 9 + 2 / 9)),
        ("sharpe_per_bet", -0.05 / sqrt(0.575)),
        ("t_statistic", 80 / 490 / sqrt(0.575) * sqrt(5)),
        ("profit_factor", 150 / 70),
        ("worst_open_exposure", 500),
        ("max_drawdown", 0),
        ("max_drawdown_days", 0),
        ("time_under_water", 0),
        ("sortino_annual", None),
        ("calmar", None),
        ("clv_mean", None),
        ("clv_t", None),
        ("beat_close_rate", None),
        ("expected_profit_at_close", None),
        ("brier", None),
        ("calibration_slope", None),
    ],
)
def test_the_measures_of_a_small_book_are_those_by_hand(name: str, expected: float | None) -> None:
    actual = getattr(measure(EVERY_END, initial_bankroll=BANKROLL), name)
    assert actual == (None if expected is None else pytest.approx(expected, abs=1e-12))


def test_a_day_is_a_local_one_and_days_without_bets_are_there() -> None:
    days = daily(UP_AND_DOWN, initial_bankroll=BANKROLL)
    assert days["date"].tolist() == [date(2025, 1, day) for day in range(1, 6)]
    assert days["profit"].tolist() == [100, -220, 0, 330, -121]
    assert days["bankroll"].tolist() == [1100, 880, 880, 1210, 1089]
    assert days["drawdown"].tolist() == pytest.approx([0, -0.2, -0.2, 0, -0.1])
    in_utc = daily(UP_AND_DOWN, initial_bankroll=BANKROLL, time_zone="UTC")
    assert in_utc["profit"].tolist() == [0, 100, -220, 0, 330, -121]


def test_drawdowns_are_those_of_the_daily_curve() -> None:
    metrics = measure(UP_AND_DOWN, initial_bankroll=BANKROLL)
    assert metrics.max_drawdown == pytest.approx(-0.2)
    assert metrics.max_drawdown_days == 2
    assert metrics.time_under_water == pytest.approx(3 / 5)
    returns = np.array([0.1, -0.2, 0, 0.375, -0.1])
    assert metrics.sharpe_annual == pytest.approx(returns.mean() / returns.std(ddof=1) * sqrt(365))
    assert metrics.sortino_annual == pytest.approx(returns.mean() / sqrt(0.05 / 5) * sqrt(365))


def test_the_first_bankroll_is_a_peak_too() -> None:
    metrics = measure(frame([bet("loss")]), initial_bankroll=BANKROLL)
    assert metrics.max_drawdown == pytest.approx(-0.1)
    assert metrics.time_under_water == 1


def test_open_exposure_is_the_most_at_any_moment_of_a_day() -> None:
    bets = frame(
        [
            bet("win", stake=100),
            bet("loss", day=3 / 24, stake=50),
            # taken at the moment the first one is settled
            bet("win", day=6 / 24, stake=80),
            bet(None, day=2, stake=7),
        ]
    )
    days = daily(bets, initial_bankroll=BANKROLL)
    assert days["open_exposure"].tolist() == [150, 80, 7]


def test_a_stake_open_over_night_is_exposed_on_the_days_between() -> None:
    slow = bet("win") | {"settled_at": bet("win", day=3)["settled_at"]}
    assert daily(frame([slow]), initial_bankroll=BANKROLL)["open_exposure"].tolist() == [100] * 4


def test_the_paper_book_has_its_own_stakes_and_profits() -> None:
    bets = frame([bet("win", stake=0, paper_stake=10.0, paper_profit=25.0), bet("loss")])
    paper = measure(bets, initial_bankroll=BANKROLL, stake="paper_stake", profit="paper_profit")
    executable = measure(bets, initial_bankroll=BANKROLL)
    assert (paper.bets, paper.turnover, paper.profit) == (2, 110, -75)
    assert (executable.bets, executable.turnover, executable.profit) == (1, 100, -100)


def test_clv_is_without_the_margin_and_else_adjusted_for_points() -> None:
    metrics = measure(
        frame(
            [
                bet("win", no_vig_clv=0.04, point_adjusted_clv=9.0, beat_close=1.0),
                bet("loss", stake=50, point_adjusted_clv=-0.02, beat_close=0.0),
                bet("loss", beat_close=0.5),
                bet(None, no_vig_clv=0.01, beat_close=1.0),
            ]
        ),
        initial_bankroll=BANKROLL,
    )
    assert metrics.clv_mean == pytest.approx(0.01)
    assert metrics.clv_t == pytest.approx(0.01 / 0.03 * sqrt(3))
    assert metrics.beat_close_rate == pytest.approx(2.5 / 4)
    assert metrics.expected_profit_at_close == pytest.approx(100 * 0.04 - 50 * 0.02)


def test_probabilities_are_judged_on_the_bets_that_have_both_and_without_pushes() -> None:
    metrics = measure(
        frame(
            [
                bet("win", win_probability=0.6, close_fair_probability=0.5),
                # both are of a win where the bet is no push, whatever a push's own
                bet(
                    "loss",
                    win_probability=0.4,
                    push_probability=0.1,
                    close_fair_probability=0.3,
                ),
                bet("push", win_probability=0.9, close_fair_probability=0.9),
                bet("loss", win_probability=0.9),
                bet("loss", close_fair_probability=0.9),
            ]
        ),
        initial_bankroll=BANKROLL,
    )
    assert metrics.brier == pytest.approx((0.16 + 0.16) / 2)
    assert metrics.market_brier == pytest.approx((0.25 + 0.09) / 2)
    assert metrics.log_loss == pytest.approx(-log(0.6))
    assert metrics.market_log_loss == pytest.approx(-(log(0.5) + log(0.7)) / 2)


def test_a_certainty_that_fails_costs_much_but_not_everything() -> None:
    assert isfinite(log_loss(np.array([1.0]), np.array([0.0])))
    assert brier(np.array([1.0]), np.array([0.0])) == 1


def test_the_slope_of_probabilities_twice_too_sure_is_a_half() -> None:
    # as many wins of 100 as the log odds halved have it: 3 of 4 at 9 to 1, 1 of 2 at even odds
    stated = np.repeat([0.9, 0.5, 0.1], 100)
    won = np.concatenate([np.arange(100) < wins for wins in (75, 50, 25)]).astype(float)
    assert calibration_slope(stated, won) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("stated", "won"),
    [
        pytest.param([0.5, 0.5, 0.5], [1, 0, 1], id="all alike"),
        pytest.param([0.6, 0.7, 0.8], [1, 1, 1], id="all won"),
        pytest.param([0.4, 0.6, 0.7], [0, 1, 1], id="told apart"),
        pytest.param([0.4, 0.6, 0.6, 0.7], [0, 0, 1, 1], id="told apart but for a tie"),
    ],
)
def test_there_is_no_slope_where_none_fits_best(stated: list[float], won: list[float]) -> None:
    assert calibration_slope(np.array(stated), np.array(won, dtype=float)) is None


@pytest.mark.parametrize("days", [90, 200, 400])
@pytest.mark.parametrize("drift", [-0.002, 0.0, 0.004])
def test_ratios_agree_with_empyrical(days: int, drift: float) -> None:
    returns = np.random.default_rng(days).normal(drift, 0.02, days)
    series = pd.Series(returns)
    drawdown = float(empyrical.max_drawdown(series))
    assert ratios.annual_sharpe(returns) == pytest.approx(
        empyrical.sharpe_ratio(series, annualization=365)
    )
    assert ratios.annual_sortino(returns) == pytest.approx(
        empyrical.sortino_ratio(series, annualization=365)
    )
    assert ratios.calmar(returns, max_drawdown=drawdown) == pytest.approx(
        empyrical.calmar_ratio(series, annualization=365)
    )


def test_three_months_have_a_calmar_ratio_and_less_has_none() -> None:
    returns = np.random.default_rng(1).normal(0.001, 0.02, 90)
    assert ratios.calmar(returns, max_drawdown=-0.1) is not None
    assert ratios.calmar(returns[:-1], max_drawdown=-0.1) is None
    assert ratios.calmar(returns, max_drawdown=0.0) is None


def test_a_book_agrees_with_empyrical_on_its_daily_returns() -> None:
    bets = season(np.random.default_rng(3), dates=120)
    metrics = measure(bets, initial_bankroll=50_000)
    bankroll = daily(bets, initial_bankroll=50_000)["bankroll"]
    returns = bankroll / bankroll.shift(fill_value=50_000) - 1
    assert metrics.max_drawdown == pytest.approx(empyrical.max_drawdown(returns))
    assert metrics.sharpe_annual == pytest.approx(
        empyrical.sharpe_ratio(returns, annualization=365)
    )
    assert metrics.sortino_annual == pytest.approx(
        empyrical.sortino_ratio(returns, annualization=365)
    )
    assert metrics.calmar == pytest.approx(empyrical.calmar_ratio(returns, annualization=365))


@pytest.mark.parametrize("periods", [12, 365])
@pytest.mark.parametrize("rho", [-0.3, 0.2, 0.9])
def test_los_closed_form_is_his_sum_over_all_lags(rho: float, periods: int) -> None:
    lags = sum((periods - lag) * rho**lag for lag in range(1, periods))
    assert ratios.lo_scale(autocorrelation=rho, periods=periods) == pytest.approx(
        periods / sqrt(periods + 2 * lags)
    )


def test_only_an_autocorrelation_beyond_chance_corrects_the_sharpe_ratio() -> None:
    noise = np.random.default_rng(5).normal(0.01, 0.1, 400)
    assert ratios.annual_sharpe_lo(noise) == ratios.annual_sharpe(noise)
    hanging = noise.copy()
    for day in range(1, len(hanging)):
        hanging[day] += 0.6 * hanging[day - 1]
    plain, corrected = ratios.annual_sharpe(hanging), ratios.annual_sharpe_lo(hanging)
    assert plain is not None
    assert corrected is not None
    # sqrt((1 + rho) / (1 - rho)) is 2 at 0.6
    assert plain / corrected == pytest.approx(2, rel=0.15)


def test_a_bankroll_once_lost_has_no_returns() -> None:
    metrics = measure(frame([bet("loss"), bet("win", day=1)]), initial_bankroll=100)
    assert metrics.bankroll_growth == 0
    assert metrics.max_drawdown == -1
    assert (metrics.log_growth_per_day, metrics.sharpe_annual, metrics.calmar) == (None,) * 3


def test_bets_all_alike_have_no_sharpe_ratio_and_no_profit_factor() -> None:
    metrics = measure(frame([bet("win", price=1.91)] * 9), initial_bankroll=BANKROLL)
    assert metrics.sharpe_per_bet is None
    assert metrics.t_statistic is None
    assert metrics.profit_factor is None


def test_numbers_too_small_to_square_have_no_deviation() -> None:
    assert ratios.t_of_mean(np.array([1.7e-168, 0.0])) is None


def test_an_empty_book_has_counts_and_nothing_else() -> None:
    metrics = asdict(measure(frame([]), initial_bankroll=BANKROLL))
    assert {name for name, value in metrics.items() if value is not None} == {
        "bets",
        "won",
        "lost",
        "pushed",
        "void",
        "pending",
        "turnover",
        "profit",
        "longest_winning_streak",
        "longest_losing_streak",
    }
    assert daily(frame([]), initial_bankroll=BANKROLL).empty


def test_streaks_are_of_bets_as_they_were_settled_and_pushes_do_not_break_them() -> None:
    """Won, won, a push, half won and won; then two lost: the first of these was decided last."""
    ends = ["loss", "win", "win", "push", "half_win", "win", "half_loss"]
    settled_after = [8, 1, 2, 3, 4, 5, 7]
    rows = [
        bet(end, day=day / 100, settled_at=START + timedelta(days=after))
        for day, (end, after) in enumerate(zip(ends, settled_after, strict=True))
    ]
    metrics = measure(frame(rows), initial_bankroll=BANKROLL)
    assert (metrics.longest_winning_streak, metrics.longest_losing_streak) == (4, 2)


def test_a_book_of_pending_bets_says_only_what_stands_open() -> None:
    metrics = measure(frame([bet(None), bet(None, day=2)]), initial_bankroll=BANKROLL)
    assert (metrics.pending, metrics.worst_open_exposure) == (2, 200)
    assert (metrics.yield_, metrics.bankroll_growth, metrics.max_drawdown) == (None, None, None)


def test_a_settled_bet_without_a_profit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\[2\]"):
        measure(frame([bet("win"), bet("win", profit=np.nan)]), initial_bankroll=BANKROLL)


def test_a_bankroll_must_be_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        measure(frame([]), initial_bankroll=0)


# sixty only confirm what some twenty find
in_many_examples = pytest.mark.parametrize(
    "examples", [20, pytest.param(60, marks=pytest.mark.heavy)]
)


@in_many_examples
def test_the_order_of_rows_changes_nothing(examples: int) -> None:
    @settings(deadline=None, max_examples=examples)
    @given(bets_frames(), st.randoms(use_true_random=False))
    def holds(bets: pd.DataFrame, random: Any) -> None:
        order = list(range(len(bets)))
        random.shuffle(order)
        shuffled = bets.iloc[order].reset_index(drop=True)
        assert measure(shuffled, initial_bankroll=BANKROLL) == measure(
            bets, initial_bankroll=BANKROLL
        )
        pd.testing.assert_frame_equal(
            daily(shuffled, initial_bankroll=BANKROLL), daily(bets, initial_bankroll=BANKROLL)
        )

    holds()


@in_many_examples
def test_every_measure_is_a_finite_number_or_none(examples: int) -> None:
    @settings(deadline=None, max_examples=examples)
    @given(bets_frames())
    def holds(bets: pd.DataFrame) -> None:
        metrics = measure(bets, initial_bankroll=BANKROLL)
        known = {name: value for name, value in asdict(metrics).items() if value is not None}
        assert [name for name, value in known.items() if not isfinite(value)] == []
        assert {type(value) for value in known.values()} <= {int, float}
        ends_of_bets = (metrics.won, metrics.lost, metrics.pushed, metrics.void, metrics.pending)
        assert sum(ends_of_bets) == metrics.bets == int((bets["stake"] > 0).sum())

    holds()


@in_many_examples
def test_the_last_bankroll_is_the_first_and_the_profit(examples: int) -> None:
    @settings(deadline=None, max_examples=examples)
    @given(bets_frames())
    def holds(bets: pd.DataFrame) -> None:
        days = daily(bets, initial_bankroll=BANKROLL)
        metrics = measure(bets, initial_bankroll=BANKROLL)
        if len(days):
            assert days["bankroll"].iloc[-1] == pytest.approx(BANKROLL + metrics.profit)
            assert metrics.worst_open_exposure == days["open_exposure"].max()
            assert days["drawdown"].max() <= 0

    holds()


@in_many_examples
def test_money_in_another_currency_changes_no_rate(examples: int) -> None:
    @settings(deadline=None, max_examples=examples)
    @given(bets_frames())
    def holds(bets: pd.DataFrame) -> None:
        in_cents = bets.assign(stake=bets["stake"] * 128, profit=bets["profit"] * 128)
        one = asdict(measure(bets, initial_bankroll=BANKROLL))
        other = asdict(measure(in_cents, initial_bankroll=BANKROLL * 128))
        money = {"turnover", "profit", "worst_open_exposure", "expected_profit_at_close"}
        for name, value in one.items():
            scaled = value * 128 if name in money and value is not None else value
            assert other[name] == (None if value is None else pytest.approx(scaled)), name

    holds()


@pytest.mark.parametrize("by", list(BREAKDOWNS))
def test_a_breakdown_adds_up_to_the_book(by: str) -> None:
    bets = frame(
        [
            bet(
                end,
                day=13.0 * number,
                price=1.2 + 0.7 * number,
                bookmaker_key=f"book_{number % 2}",
                sport_key=f"sport_{number % 2}",
                market_kind=("moneyline", "total")[number % 2],
                minutes_to_start=50.0 * 3**number,
            )
            for number, end in enumerate(["win", "loss", "push", "void", None, "win"])
        ]
    )
    table = breakdown(bets, by)
    metrics = measure(bets, initial_bankroll=BANKROLL)
    assert len(table) > 1
    assert table["bets"].sum() == metrics.bets
    assert table["turnover"].sum() == pytest.approx(metrics.turnover)
    assert table["profit"].sum() == pytest.approx(metrics.profit)


def test_bands_hold_their_lower_edge_and_stand_in_order() -> None:
    bets = frame(
        [
            bet("win", minutes_to_start=minutes, price=price)
            for minutes, price in [(59.9, 1.5), (60.0, 1.49), (4320.0, 5.0), (720.0, 2.1)]
        ]
    )
    hours = breakdown(bets, "hours_to_start")
    assert hours["group"].tolist() == ["0 to 1", "1 to 3", "12 to 24", "72 and more"]
    odds = breakdown(bets, "odds")
    assert odds["group"].tolist() == ["1 to 1.5", "1.5 to 1.8", "2.1 to 3", "5 and more"]


def test_a_month_is_that_of_the_local_day_of_decision() -> None:
    # 03:00 UTC on the first of February
    late = bet("win", day=30 + 9 / 24, no_vig_clv=0.02)
    assert breakdown(frame([late]), "month")["group"].tolist() == ["2025-01"]
    in_utc = breakdown(frame([late]), "month", time_zone="UTC")
    assert in_utc["group"].tolist() == ["2025-02"]
    assert in_utc["clv_mean"].tolist() == [0.02]
    assert in_utc["low"].isna().all()


def test_an_unknown_breakdown_is_refused() -> None:
    with pytest.raises(ValueError, match="weather"):
        breakdown(EVERY_END, "weather")
