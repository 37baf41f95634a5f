"""The arithmetic of odds in plain floats: the twin of the dbt macros under `odds/` and `devig/`.

Prices are decimal (what a unit staked pays back, stake included) unless called american, and
probabilities and rates are fractions of 1. Where a macro gives null because a price or probability
is none, its twin raises ValueError.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import exp, floor, log, sqrt
from typing import Final

FairPrices = tuple[float, ...]

# odds longer than a thousand million to one are an error of the feed, not a price
LOWEST_IMPLIED: Final = 1e-9
ROUNDING: Final = 1e-12


def american_to_decimal(american_price: float) -> float:
    """The decimal price of an american one.

    Raises:
        ValueError: it lies between -100 and 100, where there are no american prices.
    """
    _require_american(american_price)
    return 1 + (american_price / 100 if american_price > 0 else -100 / american_price)


def decimal_to_american(decimal_price: float) -> int:
    """The american price of a decimal one, its size rounded half up; even money is 100.

    Raises:
        ValueError: the price pays back no more than the stake.
    """
    _require_decimal(decimal_price)
    profit = decimal_price - 1
    return floor(100 * profit + 0.5) if decimal_price >= 2 else -floor(100 / profit + 0.5)


def implied_probability(decimal_price: float) -> float:
    """The probability at which a decimal price breaks even, the book's margin still in it.

    Raises:
        ValueError: the price pays back no more than the stake.
    """
    _require_decimal(decimal_price)
    return 1 / decimal_price


def overround(implied: Sequence[float]) -> float:
    """By how much the implied probabilities of a complete outcome set exceed 1.

    Raises:
        ValueError: fewer than two of them, or one is no probability.
    """
    _require_outcome_set(implied)
    return sum(implied) - 1


def hold(implied: Sequence[float]) -> float:
    """The share of all stakes a book keeps if they stand in proportion to its prices' inverses.

    Raises:
        ValueError: fewer than two implied probabilities, or one is no probability.
    """
    _require_outcome_set(implied)
    return 1 - 1 / sum(implied)


def cents_between(from_american: float, to_american: float) -> float:
    """Cents from one american price to another, positive where the price got better to bet at.

    -100 and +100 are the same price: from -105 to +105 it is 10 cents.

    Raises:
        ValueError: one of them lies between -100 and 100.
    """
    return _cents_from_even(to_american) - _cents_from_even(from_american)


def net_decimal_price(decimal_price: float, commission_rate: float) -> float:
    """A decimal price after an exchange's commission, which it takes from net winnings.

    Raises:
        ValueError: the price pays back no more than the stake, or the rate is outside [0, 1).
    """
    _require_decimal(decimal_price)
    if not 0 <= commission_rate < 1:
        raise ValueError(f"a commission is a fraction of 1, not {commission_rate}")
    return 1 + (decimal_price - 1) * (1 - commission_rate)


def expected_value(fair_probability: float, decimal_price: float) -> float:
    """Expected profit per unit staked.

    Raises:
        ValueError: there is no such probability, or the price pays back no more than the stake.
    """
    _require_decimal(decimal_price)
    if not 0 <= fair_probability <= 1:
        raise ValueError(f"a probability is between 0 and 1, not {fair_probability}")
    return fair_probability * decimal_price - 1


def kelly_fraction(win_probability: float, push_probability: float, decimal_price: float) -> float:
    """The share of the bankroll that makes it grow fastest on one bet, 0 without an edge.

    A push returns the stake: (p b - q) / (b (p + q)) with b = price - 1 (Kelly 1956).

    Raises:
        ValueError: the probabilities exceed 1, nothing but a push can happen, or there is no price.
    """
    _require_decimal(decimal_price)
    chances = win_probability, push_probability
    if min(chances) < 0 or sum(chances) > 1 or push_probability >= 1:
        raise ValueError(f"no probabilities of a win and a push: {chances}")
    loss_probability = 1 - win_probability - push_probability
    profit = decimal_price - 1
    edge = win_probability * profit - loss_probability
    return max(edge / (profit * (1 - push_probability)), 0.0)


def fair_probabilities(implied: Sequence[float], method: str) -> FairPrices | None:
    """The probabilities of a complete outcome set with the book's margin taken out.

    Args:
        implied: implied probabilities of all outcomes, two or more.
        method: one of `METHODS`.

    Returns:
        One probability an outcome, or None where the method gives none between 0 and 1. They sum
        to 1, those of `worst_case` (the least of the other methods for each outcome) to less.

    Raises:
        ValueError: the method is unknown, or the set has an implied probability that is none.
    """
    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}; there are {', '.join(METHODS)}")
    _require_outcome_set(implied)
    if method != WORST_CASE:
        return _within_bounds(_FORMULAS[method](implied))
    prices = [fair for formula in _FORMULAS.values() if (fair := _within_bounds(formula(implied)))]
    return tuple(min(outcome) for outcome in zip(*prices, strict=True))


def _multiplicative(implied: Sequence[float]) -> FairPrices:
    implied_sum = sum(implied)
    return tuple(chance / implied_sum for chance in implied)


def _additive(implied: Sequence[float]) -> FairPrices:
    """Every outcome bears the same part of the margin; Buchdahl's margin in proportion to odds."""
    each = (sum(implied) - 1) / len(implied)
    return tuple(chance - each for chance in implied)


def _power(implied: Sequence[float]) -> FairPrices:
    """All to one power (Clarke, Kovalchik & Ingram 2017)."""
    logs = [log(chance) for chance in implied]

    def fair(exponent: float) -> FairPrices:
        return tuple(exp(exponent * each) for each in logs)

    # as if all outcomes were as likely as the least, then as the most likely of them
    even = log(len(implied))
    return fair(_root(lambda k: sum(fair(k)) - 1, -even / min(logs), -even / max(logs)))


def _odds_ratio(implied: Sequence[float]) -> FairPrices:
    """All fractional odds times one factor, as the logarithmic method has it (Cheung 2015)."""
    odds = [chance / (1 - chance) for chance in implied]

    def fair(log_ratio: float) -> FairPrices:
        ratio = exp(log_ratio)
        return tuple(each / (each + ratio) for each in odds)

    others = log(len(implied) - 1)
    low, high = others + log(min(odds)), others + log(max(odds))
    return fair(_root(lambda x: sum(fair(x)) - 1, low, high))


def _shin(implied: Sequence[float]) -> FairPrices | None:
    """A share z of the stakes comes from insiders who know the result (Shin 1993).

    With two outcomes the prices are the additive ones (Clarke et al. 2017), also below a sum of 1,
    where no z between 0 and 1 explains the prices of three.
    """
    implied_sum = sum(implied)
    if len(implied) == 2:
        return _additive(implied)
    if implied_sum <= 1 - ROUNDING:
        return None

    def fair(insiders: float) -> FairPrices:
        roots = [sqrt(insiders**2 + 4 * (1 - insiders) * q * q / implied_sum) for q in implied]
        # (root - z) / (2 (1 - z)) would be 0 / 0 at z = 1
        pairs = zip(implied, roots, strict=True)
        return tuple(2 * q * q / implied_sum / (root + insiders) for q, root in pairs)

    return fair(_root(lambda z: sum(fair(z)) - 1, 0.0, 1.0))


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function with opposite signs at both ends crosses zero (Ridders 1979).

    Where rounding has left it the same sign at both ends, the root is at the one nearer to zero.
    """
    at_low, at_high = function(low), function(high)
    if at_low * at_high >= 0:
        return low if abs(at_low) <= abs(at_high) else high
    while True:
        middle = (low + high) / 2
        at_middle = function(middle)
        bend = at_middle / sqrt(at_middle**2 - at_low * at_high)
        guess = middle + (middle - low) * (bend if at_low > 0 else -bend)
        at_guess = function(guess)
        if abs(at_guess) < 1e-15 or not low < middle < high:
            return guess
        points = sorted([(low, at_low), (middle, at_middle), (guess, at_guess), (high, at_high)])
        (low, at_low), (high, at_high) = next(
            (left, right) for left, right in pairwise(points) if left[1] * right[1] <= 0
        )


def _within_bounds(fair: FairPrices | None) -> FairPrices | None:
    return fair if fair and all(0 < probability < 1 for probability in fair) else None


def _cents_from_even(american_price: float) -> float:
    _require_american(american_price)
    return american_price - 100 if american_price > 0 else american_price + 100


def _require_american(price: float) -> None:
    if not abs(price) >= 100:
        raise ValueError(f"there is no american price {price}, between -100 and 100")


def _require_decimal(price: float) -> None:
    if not price > 1:
        raise ValueError(f"a decimal price is above 1, not {price}")


def _require_outcome_set(implied: Sequence[float]) -> None:
    if len(implied) < 2:
        raise ValueError(f"a complete outcome set has two outcomes or more, not {len(implied)}")
    for chance in implied:
        if not LOWEST_IMPLIED < chance < 1:
            raise ValueError(f"an implied probability is between 0 and 1, not {chance}")


_FORMULAS: Final[dict[str, Callable[[Sequence[float]], FairPrices | None]]] = {
    "multiplicative": _multiplicative,
    "additive": _additive,
    "power": _power,
    "odds_ratio": _odds_ratio,
    "shin": _shin,
}
WORST_CASE: Final = "worst_case"
METHODS: Final = (*_FORMULAS, WORST_CASE)
