"""How good the probabilities behind the bets were, against those of the market at the close."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from analysis.backtest.book import LOST, WON, floats
from analysis.backtest.ratios import Floats

# a certainty that fails would cost an infinite log loss
CERTAINTY: Final = 1e-12
MOST_STEPS: Final = 100


@dataclass(frozen=True)
class ProbabilityQuality:
    """Brier score and log loss of the bets' own probabilities and of the close's, on one sample.

    `calibration_slope` belongs to the own ones: 1 is right, below 1 too sure of themselves.
    """

    brier: float | None
    log_loss: float | None
    market_brier: float | None
    market_log_loss: float | None
    calibration_slope: float | None


def probability_quality(bets: pd.DataFrame) -> ProbabilityQuality:
    """Judge the bets won or lost that have both probabilities; pushes are left out of each."""
    own = bets["win_probability"].astype(float)
    market = bets["close_fair_probability"].astype(float)
    is_decided = bets["settlement"].isin([*WON, *LOST])
    sample = is_decided & own.notna() & market.notna()
    if not sample.any():
        return ProbabilityQuality(None, None, None, None, None)
    is_won = floats(bets.loc[sample, "settlement"].isin(WON))
    probabilities = floats(own[sample]).clip(0, 1)
    closes = floats(market[sample])
    return ProbabilityQuality(
        brier=brier(probabilities, is_won),
        log_loss=log_loss(probabilities, is_won),
        market_brier=brier(closes, is_won),
        market_log_loss=log_loss(closes, is_won),
        calibration_slope=calibration_slope(probabilities, is_won),
    )


def brier(probabilities: Floats, is_won: Floats) -> float:
    """The mean square of what the probabilities missed."""
    return float(np.mean((probabilities - is_won) ** 2))


def log_loss(probabilities: Floats, is_won: Floats) -> float:
    """The mean of minus the logarithm of the probability of what happened."""
    of_result = np.where(is_won == 1, probabilities, 1 - probabilities)
    return float(-np.log(of_result.clip(CERTAINTY, 1)).mean())


def calibration_slope(probabilities: Floats, is_won: Floats) -> float | None:
    """The slope of a logistic regression of the results on the log odds.

    None where no slope fits best: log odds that are all alike, or that tell won from lost.
    """
    bounded = probabilities.clip(CERTAINTY, 1 - CERTAINTY)
    log_odds = np.log(bounded / (1 - bounded))
    if _tell_apart(log_odds, is_won):
        return None
    design = np.column_stack([np.ones_like(log_odds), log_odds])
    weights = np.zeros(2)
    for _ in range(MOST_STEPS):
        fitted = 1 / (1 + np.exp(-(design @ weights).clip(-500, 500)))
        information = (design * (fitted * (1 - fitted))[:, None]).T @ design
        if np.linalg.cond(information) > 1 / CERTAINTY:
            return None
        step = np.linalg.solve(information, design.T @ (is_won - fitted))
        weights += step
        if np.abs(step).max() < 1e-10:
            return float(weights[1])
    return None


def _tell_apart(log_odds: Floats, is_won: Floats) -> bool:
    won, lost = log_odds[is_won == 1], log_odds[is_won == 0]
    if not len(won) or not len(lost) or np.ptp(log_odds) <= CERTAINTY:
        return True
    return bool(won.min() >= lost.max() or won.max() <= lost.min())
