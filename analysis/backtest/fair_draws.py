"""What would have become of the bets had the close been right: games drawn, not bets.

One uniform number a draw stands for a game's margin, from the away side's widest win to the home
side's, and one for its total, from low to high. Every bet on it wins or pushes in a range of that
number as long as its fair probability, so both sides of a market, its other lines and the legs of
an arbitrage or a middle agree on one result.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.backtest.book import floats
from analysis.backtest.ratios import Floats

DRAW: Final = "Draw"
HIGH: Final = ("Over", "Yes")
# kinds of markets that do not hang on who wins by how much
COUNTED: Final = ("total", "team_total", "both_score")
# two sides of a line that leave less than this to a draw are both sides of one two-way market
LEAST_DRAW: Final = 0.1
NUMBERS_A_BLOCK: Final = 2_000_000


@dataclass(frozen=True)
class Ranges:
    """Where in [0, 1) the number of its game makes each bet win, and where push."""

    unit: NDArray[np.intp]
    win_from: Floats
    win_to: Floats
    push_from: Floats
    push_to: Floats


def fair_ranges(bets: pd.DataFrame) -> Ranges:
    """The ranges of bets that all have a fair close.

    Both sides of one line get one boundary between them, the mean of what their closes say.
    """
    push = bets["close_push_probability"].astype(float).fillna(0.0)
    win = bets["close_fair_probability"].astype(float) * (1 - push)
    is_draw = bets["outcome_name"] == DRAW
    is_high = (bets["outcome_name"] == bets["home_team"]) | bets["outcome_name"].isin(HIGH)
    is_low = ~is_draw & ~is_high
    unit, line = _units(bets), _lines(bets, is_high=is_high)
    keys = [unit, line]
    low_to = win.where(is_low).groupby(keys).transform("mean")
    high_from = (1 - win).where(is_high).groupby(keys).transform("mean")
    push = push.where(~is_draw).groupby(keys).transform("mean").fillna(0.0)
    between = high_from - push - low_to
    shift = (between / 2).where(between.abs() < LEAST_DRAW, 0.0).fillna(0.0)
    low_to, high_from = low_to + shift, high_from - shift
    draw_from = low_to.fillna(high_from - win).fillna((1 - win) / 2)
    draw_to = high_from.fillna(draw_from + win)
    return Ranges(
        unit=np.unique(unit, return_inverse=True)[1],
        win_from=floats(draw_from.where(is_draw, high_from.where(is_high, 0.0))),
        win_to=floats(draw_to.where(is_draw, low_to.where(is_low, 1.0))),
        push_from=floats((high_from - push).where(is_high, low_to.where(is_low, 0.0))),
        push_to=floats(high_from.where(is_high, (low_to + push).where(is_low, 0.0))),
    )


def drawn_profits(
    bets: pd.DataFrame, *, draws: int, generator: np.random.Generator
) -> Iterator[Floats]:
    """The profit of all the bets in each draw, a block of draws at a time to bound the memory."""
    ranges = fair_ranges(bets)
    stakes = floats(bets["stake"])
    payouts = stakes * floats(bets["net_decimal_price"])
    units = int(ranges.unit.max()) + 1
    may_push = ranges.push_to > ranges.push_from
    block = max(1, NUMBERS_A_BLOCK // len(bets))
    for start in range(0, draws, block):
        games = generator.random((min(block, draws - start), units))
        numbers = games[:, ranges.unit]
        is_won = (numbers >= ranges.win_from) & (numbers < ranges.win_to)
        returned = is_won.astype(float) @ payouts
        numbers = numbers[:, may_push]
        is_push = (numbers >= ranges.push_from[may_push]) & (numbers < ranges.push_to[may_push])
        yield returned + is_push.astype(float) @ stakes[may_push] - stakes.sum()


def _units(bets: pd.DataFrame) -> pd.Series:
    """The number each bet hangs on: a total, a team's own too, or the margin others share."""
    number = bets["market_kind"].where(bets["market_kind"].isin(COUNTED), "margin")
    team = bets["outcome_description"].fillna("").astype(str)
    return bets["event_id"].astype(str) + " " + number.astype(str) + " " + team


def _lines(bets: pd.DataFrame, *, is_high: pd.Series) -> pd.Series:
    """The line of each bet as the home side has it; its market where it has no point."""
    point = bets["point"].astype(float)
    mirrored = point.where(is_high | bets["market_kind"].isin(COUNTED), -point)
    # 0.0 and -0.0 are one line with two texts
    text = (mirrored + 0.0).astype(str)
    return text.where(point.notna(), bets["market_key"])
