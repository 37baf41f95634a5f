"""What a strategy keeps in memory or knows of a game by its id is found out."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from analysis.backtest.canary import Verdict, canary, with_other_prices
from analysis.backtest.choosing import LookAheadError, choices
from analysis.backtest.strategy import StrategyError
from tests.analysis.lookahead import knowing
from tests.analysis.test_strategy import DECIDED_AT, offers, pair


@pytest.fixture(scope="module")
def season() -> pd.DataFrame:
    """Forty games, one an hour, at prices that rise."""
    return offers(
        *(
            pair(
                "book",
                1.5 + number / 40,
                2.5 - number / 50,
                event_id=f"game {number}",
                decided_at=DECIDED_AT + timedelta(hours=number),
            )
            for number in range(40)
        )
    )


def test_a_fit_that_is_kept_from_the_whole_frame_is_no_secret(season: pd.DataFrame) -> None:
    """Shown a moment alone in the same process, it would choose by the mean it kept."""
    assert len(choices(knowing.Honest(name="honest"), season)) > 20
    with pytest.raises(LookAheadError, match="chooses otherwise"):
        choices(knowing.Fitted(name="fitted"), season)


@pytest.mark.heavy
def test_the_canary_lives_with_an_honest_strategy(season: pd.DataFrame) -> None:
    steps: list[str] = []
    verdict = canary(knowing.Honest(name="honest"), season, on_step=steps.append)
    chosen = int((season["decimal_price"] > 2).sum())
    assert verdict == Verdict("honest", offers=80, choices=chosen, changes=11, leaks=())
    assert len(steps) == 12


@pytest.mark.heavy
def test_the_canary_finds_a_fit_on_what_comes_after(season: pd.DataFrame) -> None:
    leaks = canary(knowing.Fitted(name="fitted"), season).leaks
    assert {leak.change for leak in leaks} >= {"cut off", "other prices"}
    assert all(leak.events for leak in leaks)
    assert {leak.moment for leak in leaks if leak.change == "cut off"} < set(season["decided_at"])


@pytest.mark.heavy
def test_the_canary_finds_what_is_looked_up_by_the_id_of_a_game(season: pd.DataFrame) -> None:
    (leak,) = canary(knowing.Informed(name="informed"), season).leaks
    assert (leak.change, leak.moment) == ("other ids", None)
    assert set(leak.events) <= knowing.WINNERS


def test_a_strategy_of_no_module_cannot_be_tried(season: pd.DataFrame) -> None:
    class Local(knowing.Honest):
        pass

    with pytest.raises(StrategyError, match="a file of its own"):
        canary(Local(name="local"), season)


def test_other_prices_leave_what_was_known_alone(season: pd.DataFrame) -> None:
    moment = season["decided_at"].iloc[20]
    other = with_other_prices(season, after=moment, generator=np.random.default_rng(1))
    is_known = season["decided_at"] <= moment
    pd.testing.assert_frame_equal(other[is_known], season[is_known])
    assert (other["decimal_price"] != season["decimal_price"])[~is_known].mean() > 0.8
