"""Asks a strategy what to bet on, so that it can neither look ahead nor change what it sees."""

import pickle
import sys
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from typing import Any

import numpy as np
import pandas as pd

from analysis.backtest.elsewhere import elsewhere, packed
from analysis.backtest.fair_prices import Integers
from analysis.backtest.strategy import Strategy, StrategyError

# what a strategy may say of its choices
OPINIONS = ("win_probability", "push_probability", "edge", "bet_group", "stake_share")
# what an offer is: a chosen row must say the same of itself as the offer at its index
KEY = (
    "decided_at",
    "event_id",
    "bookmaker_key",
    "market_key",
    "outcome_name",
    "outcome_description",
    "line",
    "point",
    "decimal_price",
)
MOMENTS_TRIED_ALONE = 24
ROUNDING = 1e-9


class LookAheadError(ValueError):
    """A strategy that chooses otherwise once it is shown later offers."""


def choices(strategy: Strategy, offers: pd.DataFrame) -> pd.DataFrame:
    """One row per chosen offer, under the offer's index: the columns of `OPINIONS`.

    A strategy that judges each event alone gets all moments at once. Some of them are shown to it
    alone, as it was before it saw any, in a process that never sees the others, half of them before
    the whole is shown anywhere: it is refused where it chooses otherwise. Any other gets one moment
    a call.

    Raises:
        StrategyError: it returned what is no choice of offers.
        LookAheadError: its choices depend on offers of other moments.
    """
    if offers.empty or not strategy.judges_each_event_alone:
        return chosen_of(strategy, offers)
    starts, ends = _bounds(offers)
    untouched = packed(strategy)
    alone: dict[int, pd.DataFrame] = {}

    def try_alone(moments: Iterable[int]) -> None:
        new = sorted(set(moments) - alone.keys())
        shown = [offers.iloc[starts[moment] : ends[moment]] for moment in new]
        chosen_alone = (
            chosen_of_each(strategy, shown)
            if untouched is None
            else elsewhere(chosen_of_packed, untouched, shown)
        )
        alone.update(zip(new, chosen_alone, strict=True))

    try_alone(_spread(len(starts)))
    chosen = chosen_of(strategy, offers)
    positions = offers.index.get_indexer(chosen.index)
    with_choice = np.unique(np.searchsorted(starts, positions, side="right") - 1)
    try_alone(with_choice[_spread(len(with_choice))].tolist())
    for moment in sorted(alone):
        shown = offers.iloc[starts[moment] : ends[moment]]
        if not _are_same(alone[moment], chosen[chosen.index.isin(shown.index)]):
            raise LookAheadError(
                f"strategy {strategy.name} chooses otherwise at "
                f"{shown['decided_at'].iloc[0]:%Y-%m-%d %H:%M}Z when it is shown that moment "
                "alone: what it does with other moments is look-ahead; mend it, or set "
                "judges_each_event_alone to False"
            )
    return chosen


def chosen_of(strategy: Strategy, offers: pd.DataFrame) -> pd.DataFrame:
    """The choices, taken on trust."""
    if offers.empty:
        return _opinions(offers, strategy)
    if strategy.judges_each_event_alone:
        return _chosen(strategy, offers)
    return pd.concat(_chosen(strategy, shown) for shown in _moments(offers))


def chosen_of_each(strategy: Strategy, shown: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """What is chosen of each frame of offers, one after the other."""
    return [_chosen(strategy, offers) for offers in shown]


def chosen_of_packed(untouched: bytes, shown: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """The same by a strategy as it was when it was packed."""
    return chosen_of_each(pickle.loads(untouched), shown)  # noqa: S301 - our own, from `packed`


def _moments(offers: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The offers of each decision moment in order of time."""
    for start, end in zip(*_bounds(offers), strict=True):
        yield offers.iloc[start:end]


def _bounds(offers: pd.DataFrame) -> tuple[Integers, Integers]:
    """Where the offers of each moment begin and end; offers are in order of time."""
    # whole numbers: times with a zone would come one object each
    at = offers["decided_at"].astype("int64").to_numpy()
    starts = np.flatnonzero(np.append(np.True_, at[1:] != at[:-1]))
    return starts, np.append(starts[1:], len(at))


def _spread(count: int) -> list[int]:
    steps = min(count, MOMENTS_TRIED_ALONE // 2)
    return np.linspace(0, count - 1, steps).round().astype(int).tolist() if steps else []


def _chosen(strategy: Strategy, shown: pd.DataFrame) -> pd.DataFrame:
    try:
        # what it prints is for people, and standard output is for programs
        with redirect_stdout(sys.stderr):
            # memory of its own: a view has all moments behind it, and can be written through
            chosen = strategy.select(shown.copy())
        return _checked(chosen, shown, strategy)
    except StrategyError:
        raise
    except (Exception, SystemExit) as error:
        reason = f"{type(error).__name__}: {error}"
        raise StrategyError(f"strategy {strategy.name} failed: {reason}") from error


def _checked(chosen: Any, shown: pd.DataFrame, strategy: Strategy) -> pd.DataFrame:
    """The opinions on the chosen offers; refused where they are none of the offers shown."""
    if not isinstance(chosen, pd.DataFrame) or not chosen.index.isin(shown.index).all():
        raise StrategyError(
            f"strategy {strategy.name}: select must return rows of the offers it was given, "
            "their index kept"
        )
    if chosen.columns.has_duplicates:
        raise StrategyError(f"strategy {strategy.name}: select returned a column twice")
    if chosen.index.has_duplicates:
        raise StrategyError(f"strategy {strategy.name}: select returned an offer twice")
    _check_key(chosen, shown, strategy)
    at_others = shown.loc[chosen.index, "bookmaker_key"][~shown.loc[chosen.index, "can_bet"]]
    if len(at_others):
        raise StrategyError(
            f"strategy {strategy.name} bets at {at_others.iloc[0]}, which is not among the books "
            "one can bet at: choose among the offers with `can_bet`"
        )
    return _opinions(chosen.sort_index(), strategy)


def _check_key(chosen: pd.DataFrame, shown: pd.DataFrame, strategy: Strategy) -> None:
    """Refuse rows that are not the offer at their index, as after a merge, which renumbers them."""
    offers = shown.loc[chosen.index]
    for name in KEY:
        if name not in chosen.columns:
            raise StrategyError(
                f"strategy {strategy.name}: select must return rows of the offers it was given, "
                f"with {name}"
            )
        said, offered = chosen[name], offers[name]
        is_other = ~((said == offered) | (said.isna() & offered.isna()))
        if is_other.any():
            row = int(is_other.to_numpy().argmax())
            raise StrategyError(
                f"strategy {strategy.name}: the row at index {chosen.index[row]} has {name} "
                f"{said.iloc[row]}, the offer at that index has {offered.iloc[row]}: keep the "
                "index of the offers (a merge numbers rows anew)"
            )


def _opinions(chosen: pd.DataFrame, strategy: Strategy) -> pd.DataFrame:
    """The strategy's own columns in fixed types; groups are named by their first offer."""
    given = {name: chosen[name] for name in OPINIONS if name in chosen.columns}
    numbers = {name: pd.to_numeric(given[name]) for name in given if name != "bet_group"}
    opinions = pd.DataFrame(
        {name: numbers.get(name, np.nan) for name in OPINIONS}, index=chosen.index, dtype=float
    )
    if "bet_group" in given:
        first = chosen.index.to_series().groupby(given["bet_group"]).transform("min")
        opinions["bet_group"] = first.astype("float64")
    opinions["push_probability"] = opinions["push_probability"].fillna(0.0)
    is_leg = opinions["bet_group"].notna()
    if not (opinions["stake_share"].notna() == is_leg).all():
        raise StrategyError(f"strategy {strategy.name}: bet_group and stake_share go together")
    opinions["stake_share"] = opinions["stake_share"].fillna(1.0)
    for name in ("win_probability", "push_probability", "stake_share"):
        if not opinions[name].dropna().between(0, 1).all():
            raise StrategyError(f"strategy {strategy.name}: {name} lies outside 0 to 1")
    if not np.isfinite(opinions["edge"].dropna()).all():
        raise StrategyError(f"strategy {strategy.name}: edge is endless")
    shares = opinions["stake_share"].groupby(opinions["bet_group"]).sum()
    if (shares > 1 + ROUNDING).any():
        raise StrategyError(f"strategy {strategy.name}: the stake_share of a group is over 1")
    return opinions


def _are_same(left: pd.DataFrame, right: pd.DataFrame) -> bool:
    return left.index.equals(right.index) and left.equals(right)
