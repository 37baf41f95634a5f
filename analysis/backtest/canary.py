"""Whether a strategy knows the future: it must choose alike whatever comes after."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd

from analysis.backtest.choosing import chosen_of
from analysis.backtest.elsewhere import in_a_fresh_process, packed
from analysis.backtest.strategy import Strategy, StrategyError

CUTS: Final = 5
SHOWN_EVENTS: Final = 3
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Leak:
    """Choices that changed with what a strategy cannot know.

    `change` is what was done: `cut off` and `other prices` after a moment, or `other ids` of all
    games; `moment` is null for these. `events` are some of the games chosen otherwise by then.
    """

    change: str
    moment: datetime | None
    events: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """What the canary found: `choices` of so many `offers` were compared after each change."""

    strategy: str
    offers: int
    choices: int
    changes: int
    leaks: tuple[Leak, ...]


def canary(
    strategy: Strategy,
    offers: pd.DataFrame,
    *,
    seed: int = 0,
    on_step: Progress = lambda _: None,
) -> Verdict:
    """Change what comes after some moments, and see whether choices up to then change.

    Every run is in a process of its own that has seen nothing else, and what is cut off runs
    first. It finds what is kept in memory, what is drawn from other moments, and what is looked up
    by the id of a game; not what is looked up by teams and dates, which a strategy may know.

    Args:
        strategy: which one.
        offers: the offers as the strategy gets them, in order of time.
        seed: of the other prices.
        on_step: is told what is being done.

    Raises:
        StrategyError: it chooses what is no offer, or lives where no other process finds it.
    """
    if packed(strategy) is None:
        raise StrategyError(
            f"strategy {strategy.name} must live in a module that can be imported: put it into a "
            "file of its own"
        )
    generator = np.random.default_rng(seed)
    cuts = _cuts(offers)
    changed: list[tuple[str, datetime | None, pd.DataFrame]] = []
    for number, moment in enumerate(cuts, start=1):
        on_step(f"choosing without what comes after moment {number} of {len(cuts)}")
        until = offers[offers["decided_at"] <= moment]
        changed.append(("cut off", moment, in_a_fresh_process(chosen_of, strategy, until)))
    on_step("choosing")
    chosen = in_a_fresh_process(chosen_of, strategy, offers)
    for number, moment in enumerate(cuts, start=1):
        on_step(f"choosing with other prices after moment {number} of {len(cuts)}")
        other = with_other_prices(offers, after=moment, generator=generator)
        changed.append(("other prices", moment, in_a_fresh_process(chosen_of, strategy, other)))
    on_step("choosing among games of other ids")
    other = offers.assign(event_id="other-" + offers["event_id"])
    changed.append(("other ids", None, in_a_fresh_process(chosen_of, strategy, other)))
    leaks = [
        Leak(change=change, moment=moment, events=events)
        for change, moment, after in changed
        if (events := _chosen_otherwise(offers, chosen, after, until=moment))
    ]
    return Verdict(
        strategy=strategy.name,
        offers=len(offers),
        choices=len(chosen),
        changes=len(changed),
        leaks=tuple(leaks),
    )


def with_other_prices(
    offers: pd.DataFrame, *, after: datetime, generator: np.random.Generator
) -> pd.DataFrame:
    """The offers, those decided on after a moment at prices that have nothing to do with theirs."""
    is_later = (offers["decided_at"] > after).to_numpy()
    other = offers.copy()
    for name in ("decimal_price", "net_decimal_price", "american_price", "point", "set_point"):
        values = other[name].to_numpy(copy=True)
        values[is_later] = generator.permutation(values[is_later])
        other[name] = values
    # in another order only, they would have the mean they had
    factor = generator.uniform(1.5, 3)
    for name in ("decimal_price", "net_decimal_price"):
        other[name] = other[name].where(~is_later, 1 + (other[name] - 1) * factor)
    return other


def _cuts(offers: pd.DataFrame) -> list[datetime]:
    """Moments spread over the time, the last one left out: nothing comes after it."""
    moments = offers["decided_at"].drop_duplicates()
    places = np.linspace(0, len(moments) - 1, CUTS + 2)[1:-1].round().astype(int)
    return [
        moments.iloc[place].to_pydatetime()
        for place in sorted(set(places))
        if place < len(moments) - 1
    ]


def _chosen_otherwise(
    offers: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame, *, until: datetime | None
) -> tuple[str, ...]:
    """Some of the games of which other offers were chosen, or the same with another opinion."""
    known = offers if until is None else offers[offers["decided_at"] <= until]
    left, right = (
        each.loc[each.index.intersection(known.index)].fillna(np.inf) for each in (before, after)
    )
    both = left.index.intersection(right.index)
    is_same = np.isclose(left.loc[both], right.loc[both], rtol=1e-9).all(axis=1)
    places = left.index.union(right.index).difference(both[np.flatnonzero(is_same)])
    events: list[str] = sorted(set(offers.loc[places, "event_id"]))
    return tuple(events[:SHOWN_EVENTS])
