"""Offers as strategies get them: quotes with their side, net price and place in time."""

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
import pandas as pd

from analysis.odds_math import net_decimal_price

SIDE_OF_OUTCOME = {
    "Over": "over",
    "Yes": "over",
    "Odd": "over",
    "Under": "under",
    "No": "under",
    "Even": "under",
    "Draw": "draw",
}
NUMBER_OF_SIDE = {"home": 1, "over": 1, "away": 2, "under": 2, "draw": 3}


def described(quotes: pd.DataFrame, *, books: Collection[str] = ()) -> pd.DataFrame:
    """Offers of the decision view with what follows from each row alone.

    Args:
        quotes: rows of `DecisionView.offers`.
        books: those one has an account at; none for all.

    Returns:
        The same rows with `side` (home, away, draw, over, under; None for others), `side_no` (its
        place in the outcome set, 0 without one), `set_point` (the point as the home side has it),
        `net_decimal_price`, `minutes_to_start`, `age_minutes` (since the snapshot) and `can_bet`,
        whether one has an account there: the others are opinions.
    """
    side = _sides(quotes)
    is_mirrored = (quotes["outcome_set"] == "mirrored_points") & (side == "away")
    decided_at = quotes["decided_at"]
    return quotes.assign(
        side=side,
        side_no=_taken(side, lambda each: NUMBER_OF_SIDE.get(each, 0)).astype(np.int64),
        set_point=quotes["point"].where(~is_mirrored, 0 - quotes["point"]),
        net_decimal_price=_net_prices(quotes),
        outcome_count=quotes["outcome_count"].fillna(0).astype(np.int64),
        minutes_to_start=_minutes(quotes["commence_time"] - decided_at),
        age_minutes=_minutes(decided_at - quotes["captured_at"]),
        can_bet=quotes["bookmaker_key"].isin(list(books)) if books else True,
    )


def _sides(quotes: pd.DataFrame) -> pd.Series:
    side = _taken(quotes["outcome_name"], SIDE_OF_OUTCOME.get)
    side[quotes["outcome_name"] == quotes["home_team"]] = "home"
    side[quotes["outcome_name"] == quotes["away_team"]] = "away"
    return side


def _taken(column: pd.Series, value_of: Callable[[Any], object]) -> pd.Series:
    """What a function makes of each value; of each different one once."""
    places, known = pd.factorize(column, use_na_sentinel=False)
    values = np.array([value_of(each) for each in known], dtype=object)
    return pd.Series(values[places], index=column.index, dtype=object)


def _net_prices(quotes: pd.DataFrame) -> pd.Series:
    """Prices after commission; few books take one, and each price is worked out once."""
    net = quotes["decimal_price"].copy()
    charged = quotes.loc[quotes["commission_rate"] > 0, ["decimal_price", "commission_rate"]]
    known = {
        pair: net_decimal_price(*pair)
        for pair in charged.drop_duplicates().itertuples(index=False, name=None)
    }
    pairs = zip(charged["decimal_price"], charged["commission_rate"], strict=True)
    net.loc[charged.index] = [known[pair] for pair in pairs]
    return net


def _minutes(spans: pd.Series) -> pd.Series:
    minutes: pd.Series = spans.dt.total_seconds() / 60
    return minutes
