"""A hundred setups that somebody might try on a season, none of which knows anything."""

from collections.abc import Mapping
from itertools import product
from typing import NamedTuple

SIDES = ("h2h", "spreads")
MOMENTS = ("24h", "6h", "1h")


class Trial(NamedTuple):
    """One setup: a strategy, when it decides, its parameters, and what it may bet on and where."""

    strategy: str
    moment: str
    parameters: Mapping[str, str]
    markets: tuple[str, ...] = ("h2h", "spreads", "totals")
    books: tuple[str, ...] = ()


def hundred_trials() -> list[Trial]:
    picks = [*product(("home", "away", "favourite", "underdog"), SIDES)]
    picks += [*product(("over", "under"), ("totals",))]
    trials = [
        Trial("flat", moment, {"pick": pick}, (market,))
        for moment, (pick, market) in product(MOMENTS, picks)
    ]
    trials += [
        Trial("flat", moment, {"pick": pick, **prices}, ("h2h",))
        for moment, (pick, prices) in product(
            MOMENTS,
            [
                ("favourite", {"max_price": "1.5"}),
                ("underdog", {"min_price": "3"}),
                ("home", {"min_price": "2"}),
            ],
        )
    ]
    trials += [
        Trial("flat", "1h", {"pick": pick}, (market,), (book,))
        for book, (pick, market) in product(("pinnacle", "novig"), picks[::2] + picks[-1:])
    ]
    trials += [
        Trial("ev", moment, {"reference": reference, "min_edge": edge})
        for moment, reference, edge in product(
            MOMENTS, ("sharp", "consensus"), ("0", "0.005", "0.01")
        )
    ]
    trials += [
        Trial("ev", moment, {"min_edge": "0", "only_kind": kind})
        for moment, kind in product(MOMENTS, ("retail", "exchange"))
    ]
    trials += [
        Trial("line_movement", moment, {"hours": hours, "min_move": move})
        for moment, hours, move in product(("6h", "1h"), ("3", "6", "12"), ("0.005", "0.01"))
    ]
    trials += [
        Trial("middles", moment, {"min_gap": gap, "max_cost": cost})
        for moment, gap, cost in product(MOMENTS, ("0.5", "1"), ("0.03", "0.05"))
    ]
    return [*trials, Trial("arbitrage", "1h", {})]
