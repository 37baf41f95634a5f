"""Fair probabilities from their definitions: each method is an equation, and its root is bracketed.

It shares nothing with the product: of what each method means see docs of `fair_probabilities`.
"""

from collections.abc import Callable, Sequence
from math import sqrt

from scipy.optimize import brentq

METHODS = ("multiplicative", "additive", "power", "odds_ratio", "shin", "worst_case")
Fair = tuple[float, ...]


def fair(implied: Sequence[float], method: str) -> Fair | None:
    """What is left of the implied probabilities once the margin is out; None where nothing is."""
    if method == "worst_case":
        known = [each for name in METHODS[:-1] if (each := fair(implied, name))]
        return tuple(map(min, zip(*known, strict=True)))
    found = {
        "multiplicative": _multiplicative,
        "additive": _additive,
        "power": _power,
        "odds_ratio": _odds_ratio,
        "shin": _shin,
    }[method](implied)
    return found if found and all(0 < each < 1 for each in found) else None


def _multiplicative(implied: Sequence[float]) -> Fair:
    return tuple(each / sum(implied) for each in implied)


def _additive(implied: Sequence[float]) -> Fair:
    return tuple(each + (1 - sum(implied)) / len(implied) for each in implied)


def _power(implied: Sequence[float]) -> Fair:
    """p = q^k with a k for which they sum to 1."""
    return _solved(lambda k: tuple(each**k for each in implied), 1e-6, 1e6)


def _odds_ratio(implied: Sequence[float]) -> Fair:
    """q / (1 - q) = c p / (1 - p) with one c for all outcomes."""

    def of(c: float) -> Fair:
        return tuple(each / (each + c * (1 - each)) for each in implied)

    return _solved(of, 1e-9, 1e9)


def _shin(implied: Sequence[float]) -> Fair | None:
    """A share z of insiders (Shin 1993); of two outcomes what it comes to is the additive price."""
    total = sum(implied)
    if len(implied) == 2:
        return _additive(implied)
    if total <= 1 - 1e-12:
        return None

    def of(z: float) -> Fair:
        return tuple(
            (sqrt(z * z + 4 * (1 - z) * each * each / total) - z) / (2 * (1 - z))
            for each in implied
        )

    return _solved(of, 0.0, 1 - 1e-9)


def _solved(of: Callable[[float], Fair], low: float, high: float) -> Fair:
    ends = sum(of(low)) - 1, sum(of(high)) - 1
    if ends[0] * ends[1] >= 0:
        return of(low if abs(ends[0]) < abs(ends[1]) else high)
    root = brentq(lambda x: sum(of(x)) - 1, low, high, xtol=1e-15, rtol=1e-14, maxiter=500)
    return of(float(root))
