"""Backtests of simulated seasons, where what every bet is worth is known."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from analysis.backtest.luck import p_value_fair, yield_interval
from analysis.backtest.result import BacktestResult
from analysis.backtest.trials import standing, trial_of
from ingestion.settings import Settings
from simulator import Season
from tests.analysis.truth.backtests import opened, run
from tests.analysis.truth.seasons import (
    GENEROUS_BOOK,
    PLANTED_EDGE,
    build_season,
    simulated_season,
    true_values,
    with_generous_book,
)
from tests.analysis.truth.trials import Trial, hundred_trials

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(3600)]

GAMES = 1230
SPORT = "basketball_nba"
FLAT = [
    *(Trial("flat", "1h", {"pick": pick}, ("h2h",)) for pick in ("home", "favourite")),
    *(Trial("flat", "1h", {"pick": pick}, ("spreads",)) for pick in ("home", "favourite")),
    *(Trial("flat", "1h", {"pick": pick}, ("totals",)) for pick in ("over", "under")),
]
SEEKING = [
    Trial("ev", moment, {"reference": reference, "min_edge": "0"})
    for moment in ("1h", "6h")
    for reference in ("sharp", "consensus")
]
BOOKS = {"executed": ("stake", "profit"), "paper": ("paper_stake", "paper_profit")}
# a mean lies further from the truth than so many of its standard errors once in 15,000 times
FARTHEST = 4.0
# of bets fewer than these neither a p-value nor an interval nor a bias means much
LEAST_BETS = 100
# how far a p-value by the closes may lie from the one by the true law
CLOSEST_P_VALUES = 0.1


class Known(NamedTuple):
    """A season of which everything is known, in a warehouse."""

    season: Season
    settings: Settings
    as_of: datetime

    def run(self, trials: list[Trial]) -> list[BacktestResult]:
        with opened(self.settings) as warehouse:
            return [
                run(
                    warehouse,
                    trial.strategy,
                    trial.moment,
                    trial.parameters,
                    sports=(SPORT,),
                    as_of=self.as_of,
                    markets=trial.markets,
                    books=trial.books,
                )
                for trial in trials
            ]


@pytest.fixture(scope="module")
def efficient(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """No book pays more than a bet is worth."""
    season = simulated_season(seed=11, games=GAMES)
    return Known(season, *build_season(season, tmp_path_factory.mktemp("efficient")))


@pytest.fixture(scope="module")
def generous(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """One book pays 3 % too much for every home side and over."""
    season = simulated_season(seed=12, games=GAMES)
    folder = tmp_path_factory.mktemp("generous")
    return Known(season, *build_season(season, folder, mutated=with_generous_book))


@pytest.fixture(scope="module")
def trials(efficient: Known) -> list[BacktestResult]:
    return efficient.run(hundred_trials())


def test_flat_bets_lose_the_margin_they_pay(efficient: Known) -> None:
    for trial, result in zip(FLAT, efficient.run(FLAT), strict=True):
        for book in BOOKS:
            low, expected, high = around_truth(efficient, result.bets, book)
            assert expected < -0.005, (trial, book)
            assert low <= expected <= high, (trial, book)


def test_at_most_a_twentieth_of_a_hundred_trials_seems_to_know_something(
    trials: list[BacktestResult],
) -> None:
    p_values = [result.facts["p_value"] for result in trials]
    assert len(p_values) == 100
    known = [p_value for p_value in p_values if p_value is not None]
    # the others had too few bets for any p-value
    assert len(known) >= 60
    ledger = [trial_of(result) for result in trials]
    best = min(
        (result for result in trials if result.facts["p_value"] is not None),
        key=lambda result: result.facts["p_value"],
    )
    assert standing(best, ledger)["p_value_adjusted"] > 0.05


def test_no_trial_on_a_season_without_edges_is_beyond_doubt(trials: list[BacktestResult]) -> None:
    p_values = [result.facts["p_value"] for result in trials]
    assert min(each for each in p_values if each is not None) > 1 / 1000


def test_hardly_any_trial_beats_the_truth_by_more_than_luck_allows(
    efficient: Known, trials: list[BacktestResult]
) -> None:
    """The intervals of trials on one season hang together, so no more than a tenth may miss."""
    held = []
    for result in trials:
        if result.facts["bets"] >= LEAST_BETS:
            low, expected, high = around_truth(efficient, result.bets, "executed")
            held.append(low <= expected <= high)
    assert len(held) >= 50
    assert np.mean(held) >= 0.9


def test_a_p_value_by_the_closes_is_that_by_the_law_the_scores_are_drawn_from(
    efficient: Known, trials: list[BacktestResult]
) -> None:
    p_values = []
    for result in trials:
        by_close = result.facts["p_value_fair"]
        if by_close is None or result.facts["bets"] < LEAST_BETS:
            continue
        truth = true_values(efficient.season, result.bets)
        by_truth = p_value_fair(
            result.bets.assign(
                close_fair_probability=truth["win"] / (truth["win"] + truth["loss"]),
                close_push_probability=1 - truth["win"] - truth["loss"],
            )
        )
        assert by_close == pytest.approx(by_truth, abs=CLOSEST_P_VALUES)
        p_values.append(by_close)
    assert len(p_values) >= 50
    assert np.mean(np.array(p_values) <= 0.05) <= 0.1
    assert np.mean(np.array(p_values) >= 0.95) <= 0.1


def test_a_planted_edge_is_found_where_it_is_and_as_large_as_it_is(generous: Known) -> None:
    for trial, result in zip(SEEKING, generous.run(SEEKING), strict=True):
        bets = result.bets
        is_at_generous_book = bets["bookmaker_key"] == GENEROUS_BOOK
        assert is_at_generous_book.mean() > 0.9, trial
        assert set(bets.loc[is_at_generous_book, "outcome_name"]) <= {
            "Over",
            *bets["home_team"],
        }, trial
        assert worth_when_decided(generous, bets[is_at_generous_book]) > PLANTED_EDGE, trial
        for book in BOOKS:
            low, expected, high = around_truth(generous, bets, book)
            assert low <= expected <= high, (trial, book)
        assert result.facts["clv_low"] > 0, trial


@pytest.mark.parametrize("which", ["efficient", "generous"])
def test_point_adjusted_value_at_the_close_is_true_on_average(
    which: str, request: pytest.FixtureRequest
) -> None:
    known: Known = request.getfixturevalue(which)
    for trial, result in zip([*FLAT, *SEEKING], known.run([*FLAT, *SEEKING]), strict=True):
        bets = result.bets[result.bets["point_adjusted_clv"].notna()]
        if len(bets) >= LEAST_BETS:
            truth = true_values(known.season, bets)["value"]
            assert_no_bias(bets["point_adjusted_clv"] - truth, trial)


@pytest.mark.parametrize("which", ["efficient", "generous"])
def test_value_without_the_margin_is_true_on_average_where_a_sharp_book_closed_at_the_point(
    which: str, request: pytest.FixtureRequest
) -> None:
    """Of spreads and totals: how books put their margin on long moneylines is a matter of taste."""
    known: Known = request.getfixturevalue(which)
    sources = closing_sources(known.settings)
    for trial, result in zip([*FLAT, *SEEKING], known.run([*FLAT, *SEEKING]), strict=True):
        bets = with_sources(result.bets, sources)
        bets = bets[(bets["market_key"] != "h2h") & (bets["reference_source"] == "sharp")]
        if len(bets) >= LEAST_BETS:
            assert_no_bias(errors_without_margin(known, bets), trial)


def test_where_the_sharp_book_left_the_point_the_value_is_read_off_the_distribution(
    generous: Known,
) -> None:
    """A consensus that is left there may be the bet's own book alone."""
    for trial, result in zip(SEEKING, generous.run(SEEKING), strict=True):
        bets = result.bets[result.bets["clv_missing_reason"] == "other_point"]
        assert len(bets) >= LEAST_BETS
        assert bets["no_vig_clv"].isna().all()
        judged = bets[bets["point_adjusted_clv"].notna()]
        assert len(judged) / len(bets) > 0.9
        errors = judged["point_adjusted_clv"] - true_values(generous.season, judged)["value"]
        assert_no_bias(errors, trial)


def around_truth(known: Known, bets: pd.DataFrame, book: str) -> tuple[float, float, float]:
    """A book's interval of the yield, and between its ends what was truly to be expected."""
    stake, profit = BOOKS[book]
    interval = yield_interval(bets, stake=stake, profit=profit)
    settled = bets[(bets[stake] > 0) & ~bets["settlement"].isin([None, "void"])]
    values = true_values(known.season, settled)["value"]
    assert interval.low is not None
    assert interval.high is not None
    expected = float((settled[stake] * values).sum() / settled[stake].sum())
    return interval.low, expected, interval.high


def worth_when_decided(known: Known, bets: pd.DataFrame) -> float:
    return float(true_values(known.season, bets, is_at_decision=True)["value"].mean())


def closing_sources(settings: Settings) -> Mapping[tuple[object, ...], str]:
    with opened(settings) as warehouse:
        rows = warehouse.rows(
            "select event_id, market_key, outcome_name, point, reference_source"
            " from marts.fct_reference_closes"
        )
    return {tuple(row.values())[:-1]: row["reference_source"] for row in rows}


def with_sources(bets: pd.DataFrame, sources: Mapping[tuple[object, ...], str]) -> pd.DataFrame:
    """The bets with a close at their own point, and whose it is."""
    bets = bets[bets["no_vig_clv"].notna()]
    points = bets["point"].astype(object).where(bets["point"].notna(), None)
    keys = zip(bets["event_id"], bets["market_key"], bets["outcome_name"], points, strict=True)
    return bets.assign(reference_source=[sources[key] for key in keys])


def errors_without_margin(known: Known, bets: pd.DataFrame) -> pd.Series:
    """By how much the value at the close is off: of a bet that is no push, as it is defined."""
    truth = true_values(known.season, bets)
    errors: pd.Series = bets["no_vig_clv"] - truth["value"] / (truth["win"] + truth["loss"])
    return errors


def assert_no_bias(errors: pd.Series, trial: Trial) -> None:
    bias, deviation = errors.mean(), errors.std() / np.sqrt(len(errors))
    assert abs(bias) <= FARTHEST * deviation, (trial, bias, deviation, len(errors))
