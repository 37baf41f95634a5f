"""A market that a book lists more than once: which listing counts."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.oracle.responses import Outcome

Listed = tuple[int | None, "Outcome"]


def counted(listed: Sequence[Listed]) -> list[Listed]:
    """The outcomes of one market at one book that count, each key once, with their stamps.

    Outcomes of one player and one line either way are a set. Of its listings the one with the
    larger sum of implied probabilities counts; what is listed once goes with any. Where a market
    that has one line shows several, both sides come from the line whose sides are likest.
    """
    keys = [_key(outcome) for _, outcome in listed]
    if len(set(keys)) == len(keys):
        return list(listed)
    numbers: Counter[tuple[object, ...]] = Counter()
    sets: dict[object, list[tuple[int, Listed]]] = {}
    for key, each in zip(keys, listed, strict=True):
        numbers[key] += 1
        outcome = each[1]
        line = None if outcome.line is None else abs(outcome.line)
        sets.setdefault((outcome.description, line), []).append((numbers[key], each))
    return [each for numbered in sets.values() for each in _of_set(numbered, numbers)]


def _of_set(
    numbered: list[tuple[int, Listed]], counts: Counter[tuple[object, ...]]
) -> list[Listed]:
    points = {abs(each[1].point) for _, each in numbered if each[1].point is not None}
    has_lines = len(points) > 1
    shared = [each for _, each in numbered if not has_lines and counts[_key(each[1])] == 1]
    rest = [(number, each) for number, each in numbered if each not in shared]
    listings = [
        [each for number, each in rest if number == wanted]
        for wanted in sorted({number for number, _ in rest})
    ]

    def merit(listing: list[Listed]) -> tuple[float, ...]:
        implied = [1 / (each[1].decimal_price or float("inf")) for each in listing]
        balance = -(max(implied) - min(implied)) if has_lines else 0.0
        return len(listing), balance, sum(implied)

    return shared + (max(listings, key=merit) if listings else [])


def _key(outcome: "Outcome") -> tuple[object, ...]:
    return outcome.name, outcome.description, outcome.line
