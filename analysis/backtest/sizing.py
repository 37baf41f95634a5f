"""How much to stake: flat, a share of the bankroll, or fractional Kelly, within caps."""

from dataclasses import dataclass
from math import floor
from typing import Literal

from analysis.odds_math import kelly_fraction

SizingMethod = Literal["flat", "percentage", "kelly"]
# beyond these, sums of stakes would lose their cents
MOST_MONEY = 1e12
LEAST_INCREMENT = 1e-6
# a stake is a whole number of increments, but for what binary fractions cannot hold
ROUNDING = 1e-9


class SizingError(ValueError):
    """Stakes that cannot be sized; says what would do."""


@dataclass(frozen=True, kw_only=True)
class Sizing:
    """A rule for stakes.

    `amount` is the stake of `flat`, `share` that of `percentage`, `fraction` the part of the Kelly
    stake: shares of the bankroll less what is open, as are the caps on one bet (or group of legs)
    and on all that is open on one event. The caps on what is staked on one local day, and on all
    that is open, are shares of the whole bankroll. A stake under `min_stake` is no bet.
    """

    method: SizingMethod = "kelly"
    amount: float = 100.0
    share: float = 0.01
    fraction: float = 0.25
    max_bet_share: float = 0.05
    max_event_share: float = 0.10
    max_day_share: float = 0.50
    max_open_share: float = 0.80
    min_stake: float = 1.0
    increment: float = 0.01

    def __post_init__(self) -> None:
        shares = {
            "share": self.share,
            "fraction": self.fraction,
            "max_bet_share": self.max_bet_share,
            "max_event_share": self.max_event_share,
            "max_day_share": self.max_day_share,
            "max_open_share": self.max_open_share,
        }
        for name, value in shares.items():
            if not 0 < value <= 1:
                raise SizingError(f"{name} is a share above 0 and up to 1, not {value}")
        money = {
            "amount": (self.amount, LEAST_INCREMENT),
            "increment": (self.increment, LEAST_INCREMENT),
            "min_stake": (self.min_stake, 0),
        }
        for name, (value, least) in money.items():
            if not least <= value <= MOST_MONEY:
                raise SizingError(f"{name} is {least:g} to {MOST_MONEY:g}, not {value:g}")

    def wanted(
        self,
        *,
        available: float,
        decimal_price: float,
        win_probability: float | None,
        push_probability: float,
        is_group: bool,
    ) -> float:
        """The stake before caps on more than this bet: of one bet, or of all legs of a group.

        Legs that cover each other have no single probability: by Kelly they get the cap of a bet.

        Args:
            available: bankroll less open stakes.
            decimal_price: what the bet pays, commission taken off.
            win_probability: where the bet is no push.
            push_probability: of getting the stake back.
            is_group: whether the stake is divided among legs.

        Raises:
            SizingError: Kelly is asked about a bet without a probability.
        """
        cap = self.max_bet_share * available
        if self.method == "flat":
            return min(self.amount, cap)
        if self.method == "percentage":
            return min(self.share * available, cap)
        if is_group:
            return cap
        if win_probability is None:
            raise SizingError(
                "Kelly stakes need a probability, which this strategy does not give: "
                "choose flat or percentage stakes"
            )
        win = win_probability * (1 - push_probability)
        fraction = kelly_fraction(win, push_probability, decimal_price)
        return min(self.fraction * fraction * available, cap)

    def rounded(self, stake: float) -> float:
        """The stake down to whole increments, 0 where that is under the least."""
        steps = floor(stake / self.increment + ROUNDING)
        rounded = round(steps * self.increment, 10)
        return 0.0 if rounded < self.min_stake else rounded
