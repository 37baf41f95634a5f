"""What trying often does to the best result, and what a clone does not."""

from math import sqrt
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pytest
from scipy.stats import norm

from analysis.backtest.luck import p_value_by_day
from analysis.backtest.result import BacktestResult
from analysis.backtest.trials import (
    DRAWS,
    _completed,
    best_by_luck,
    daily_measures,
    daily_profits,
    deflated_sharpe,
    standing,
    trial_of,
)
from tests.analysis.backtest_bets import bet, frame, season

TIME_ZONE = "America/New_York"


def run_of(bets: pd.DataFrame, name: str, **changes: str) -> BacktestResult:
    """A run with so much of its facts as trials go by."""
    hashes = {"config_hash": name, "strategy_hash": "code", "data_hash": "data"}
    return BacktestResult(
        facts={
            "run_id": name + "".join(changes.values()),
            **hashes,
            **changes,
            "config": orjson.dumps({"time_zone": TIME_ZONE}).decode(),
            "p_value": p_value_by_day(bets),
            **daily_measures(daily_profits(bets, time_zone=TIME_ZONE)),
        },
        bets=bets,
    )


def runs_of(generator: np.random.Generator, count: int, **about: Any) -> list[BacktestResult]:
    """Runs of bets that are worth nothing, each on its own games."""
    options = {"dates": 40, "bets_a_date": 4, "win_probability": 1 / 1.91} | about
    return [run_of(season(generator, **options), str(number)) for number in range(count)]


def best_of(runs: list[BacktestResult]) -> BacktestResult:
    return min(runs, key=lambda run: run.facts["p_value"])


def test_alone_a_run_is_judged_by_its_own_p_value() -> None:
    (run,) = runs_of(np.random.default_rng(1), 1)
    alone = standing(run, [])
    assert alone == standing(run, [trial_of(run)])
    assert (alone["trials"], alone["p_value_adjusted"]) == (1, run.facts["p_value"])


def test_the_best_of_many_is_worth_less() -> None:
    runs = runs_of(np.random.default_rng(2), 20)
    best, ledger = best_of(runs), [trial_of(run) for run in runs]
    among = standing(best, ledger)
    assert among["trials"] == 20
    # as of twenty that have nothing to do with each other
    expected = 1 - (1 - best.facts["p_value"]) ** 20
    assert among["p_value_adjusted"] == pytest.approx(expected, abs=0.03)
    assert among["deflated_sharpe"] < standing(best, [])["deflated_sharpe"] - 0.1


@pytest.mark.parametrize(("others", "adjusted"), [(1, 0.36), (2, 0.488)])
def test_the_run_that_is_judged_is_one_of_the_trials(others: int, adjusted: float) -> None:
    """Of runs that have nothing to do with each other: 1 - .8 to the number of all of them."""
    judged, *rivals = runs_of(np.random.default_rng(10), 1 + others)
    judged.facts["p_value"] = 0.2
    among = standing(judged, [trial_of(run) for run in rivals])
    assert among["trials"] == 1 + others
    assert among["p_value_adjusted"] == pytest.approx(adjusted, abs=0.02)


def test_a_run_that_luck_never_matched_has_the_least_p_value_not_zero() -> None:
    runs = runs_of(np.random.default_rng(11), 2)
    runs[0].facts["p_value"] = 1e-15
    among = standing(runs[0], [trial_of(runs[1])])
    assert among["p_value_adjusted"] == 1 / (1 + DRAWS)


@pytest.mark.parametrize("clones", [1, 10, 100])
def test_a_clone_changes_nothing_but_the_count(clones: int) -> None:
    """Another bankroll, the same bets: many of them would dilute a false discovery rate."""
    runs = runs_of(np.random.default_rng(3), 10)
    best, ledger = best_of(runs), [trial_of(run) for run in runs]
    copies = [trial_of(run_of(best.bets, f"clone {number}")) for number in range(clones)]
    before, after = standing(best, ledger), standing(best, [*ledger, *copies])
    assert (before["trials"], after["trials"]) == (10, 10 + clones)
    assert after["p_value_adjusted"] == pytest.approx(before["p_value_adjusted"], abs=0.02)
    assert after["deflated_sharpe"] == pytest.approx(before["deflated_sharpe"], abs=0.02)


@pytest.mark.parametrize("changed", ["config_hash", "strategy_hash", "data_hash"])
def test_another_setup_an_edit_and_other_data_are_trials_of_their_own(changed: str) -> None:
    (first,) = runs_of(np.random.default_rng(4), 1)
    other = run_of(first.bets, "0", **{changed: "other"})
    assert standing(other, [trial_of(first)])["trials"] == 2
    assert standing(other, [trial_of(first), trial_of(other)])["trials"] == 2
    # a run made again by other code of ours is the same attempt
    again = {**trial_of(first), "run_id": "again"}
    assert standing(first, [again])["trials"] == 1


def test_what_has_too_few_bets_is_counted_and_is_not_judged() -> None:
    runs = runs_of(np.random.default_rng(5), 1)
    few = run_of(season(np.random.default_rng(6), dates=3), "few")
    assert few.facts["p_value"] is None
    assert standing(few, [trial_of(runs[0])])["p_value_adjusted"] is None
    nothing = run_of(few.bets.iloc[:0], "nothing")
    among = standing(runs[0], [trial_of(nothing)])
    assert (among["trials"], among["p_value_adjusted"]) == (2, runs[0].facts["p_value"])


def without_a_stake(run: BacktestResult) -> BacktestResult:
    """The run as a limit of 0 at every book leaves it: all of it on paper."""
    bets = run.bets.assign(stake=0.0, profit=0.0)
    facts = {**run.facts, "run_id": f"{run.facts['run_id']} on paper", "p_value": None}
    return BacktestResult(facts=facts, bets=bets)


def of_a_week(run: BacktestResult) -> BacktestResult:
    """The run on its first days: too few for an interval, enough to see how it goes."""
    bets = run.bets[run.bets["decided_at"] < run.bets["decided_at"].min() + pd.Timedelta(days=7)]
    return run_of(bets, f"{run.facts['run_id']} of a week")


@pytest.mark.parametrize("cheaply", [without_a_stake, of_a_week])
def test_whatever_was_shown_of_a_trial_had_its_chance_to_be_the_best(cheaply: Any) -> None:
    """Twenty strategies looked at without a stake or on a few days, the best one then run."""
    runs = runs_of(np.random.default_rng(2), 20)
    best = best_of(runs)
    honest = standing(best, [trial_of(run) for run in runs])
    sly = standing(best, [trial_of(cheaply(run)) for run in runs])
    assert best.facts["p_value"] < 0.03
    assert sly["p_value_adjusted"] > 0.75 * honest["p_value_adjusted"] > 0.2


@pytest.mark.heavy
@pytest.mark.parametrize("clones", [0, 20, 100])
def test_twenty_worthless_trials_are_called_significant_one_time_in_twenty(clones: int) -> None:
    generator = np.random.default_rng(7)
    found = skilled = 0
    for _ in range(300):
        runs = runs_of(generator, 20)
        best = best_of(runs)
        copies = [
            {**trial_of(runs[number % 20]), "run_id": f"c{number}", "config_hash": f"c{number}"}
            for number in range(clones)
        ]
        judged = standing(best, [*map(trial_of, runs), *copies])
        found += judged["p_value_adjusted"] <= 0.05
        skilled += judged["deflated_sharpe"] >= 0.95
    print(  # noqa: T201 - the figures of the trials
        f"20 worthless trials, {clones} clones: {found / 300:.1%} significant, "
        f"{skilled / 300:.1%} skilled"
    )
    # 5 %, and what 300 seasons leave uncertain
    assert found <= 300 * 0.08
    assert skilled <= 300 * 0.06


@pytest.mark.heavy
@pytest.mark.parametrize("books", [1, 3, 11])
def test_skill_is_not_seen_in_worthless_bets_at_many_books(books: int) -> None:
    """By bet, a strategy that bets a game at eleven books looks skilled one time in three."""
    generator = np.random.default_rng(8)
    skilled = 0
    for _ in range(600):
        bets = season(
            generator, dates=60, bets_a_date=3 * books, win_probability=1 / 1.91, is_even=True,
            games_a_date=3,
        )  # fmt: skip
        skilled += standing(run_of(bets, "one"), [])["deflated_sharpe"] >= 0.95
    print(f"{books} books a game: {skilled / 600:.1%} skilled")  # noqa: T201 - as above
    assert skilled <= 600 * 0.075


def test_trials_are_drawn_as_related_as_they_were() -> None:
    generator = np.random.default_rng(9)
    days = [
        {str(day): float(profit) for day, profit in enumerate(generator.normal(size=200))}
        for _ in range(50)
    ]
    # the mean of the best of fifty standard normal numbers is 2.249
    assert best_by_luck(days).mean() == pytest.approx(2.249, abs=0.05)
    # a day without a bet won nothing: the mean of the better of two is 1 / sqrt(pi)
    apart = best_by_luck([{"monday": 5.0}, {"tuesday": 5.0}])
    assert apart.mean() == pytest.approx(0.564, abs=0.03)
    alike = best_by_luck([days[0]] * 50)
    assert alike.mean() == pytest.approx(0, abs=0.03)
    assert alike.std() == pytest.approx(1, abs=0.03)


def test_a_day_is_one_observation_whatever_was_bet_and_voids_are_none() -> None:
    rows = [bet(end, day=day) for day in range(10) for end in ("win", "win", "loss")]
    rows += [bet("void", day=day) for day in range(30)]
    by_day = daily_profits(frame(rows), time_zone=TIME_ZONE)
    assert by_day.tolist() == [100.0] * 10
    assert daily_measures(by_day)["sharpe_per_day"] is None
    by_day.iloc[0] = -100.0
    assert daily_measures(by_day)["sharpe_per_day"] == pytest.approx(80 / by_day.std(ddof=1))
    assert daily_measures(by_day.iloc[:7]) == dict.fromkeys(
        ("sharpe_per_day", "skewness", "kurtosis")
    )


def test_the_deflated_sharpe_ratio_is_that_of_the_paper() -> None:
    """Bailey & López de Prado (2014): 2.5 a year over five years of 250 days."""
    deflated = deflated_sharpe(
        2.5 / sqrt(250), best_by_luck=0.1132, observations=1250, skewness=-3, kurtosis=10
    )
    assert deflated == pytest.approx(0.9004, abs=3e-4)
    alone = deflated_sharpe(0.1, best_by_luck=0, observations=101, skewness=0, kurtosis=3)
    assert alone == pytest.approx(norm.cdf(0.1 * sqrt(100 / 1.005)))


@pytest.mark.parametrize("wrong", [{"observations": 1}, {"skewness": 30.0}], ids=str)
def test_a_deflated_sharpe_ratio_of_nothing_is_refused(wrong: dict[str, Any]) -> None:
    right: dict[str, Any] = {"observations": 100, "skewness": 0.0, "kurtosis": 3.0}
    with pytest.raises(ValueError, match="moments"):
        deflated_sharpe(0.1, best_by_luck=0.0, **(right | wrong))


def test_a_ledger_of_before_there_was_paper_is_read_as_far_as_it_tells() -> None:
    row = {"run_id": "old", "daily_profits": '{"2025-01-01":1.0}'}
    assert _completed(None, row, is_kept=False) == {**row, "paper_daily_profits": "{}"}  # type: ignore[arg-type]
