"""From a probability to the price a book shows."""

from functools import lru_cache
from math import ceil, floor
from typing import NamedTuple

from simulator.books import Book

_LEAST, _MOST = 0.01, 0.985
_BETFAIR_LADDER = ((2, 0.01), (3, 0.02), (4, 0.05), (6, 0.1), (10, 0.2), (20, 0.5), (1000, 1.0))


class Price(NamedTuple):
    """One price, american and decimal."""

    american: int
    decimal: float


def book_price(book: Book, implied: float) -> Price:
    """The book's price for an implied probability, vig included.

    Sharp books and exchanges round against the bettor, retail books to the nearest step.
    """
    implied = min(max(implied, _LEAST), _MOST)
    if book.tick == 0:
        return _on_ladder(1 / implied, up=False)
    return american_price(implied, tick=book.tick, nearest=book.kind == "retail")


def lay_price(implied: float) -> Price:
    """What an exchange asks of the one who lays, on Betfair's ladder."""
    return _on_ladder(1 / min(max(implied, _LEAST), _MOST), up=True)


def generous_price(implied: float) -> Price:
    """Rounded in favour of the bettor: a planted edge is at least what it claims."""
    raw = _american(implied)
    return _price(floor(-raw) * -1 if raw < 0 else ceil(raw))


def american_price(implied: float, *, tick: int, nearest: bool) -> Price:
    """A price in steps of `tick`, coarser far from even money."""
    raw = _american(implied)
    size = abs(raw)
    step = tick
    if size >= 200:
        step = max(tick, 5 if size < 400 else 10 if size < 1000 else 50)
    if nearest:
        size = round(size / step) * step
    else:
        size = ceil(size / step) * step if raw < 0 else floor(size / step) * step
    return _price(int(-size if raw < 0 else size))


def _american(implied: float) -> float:
    if implied > 0.5:
        return -100 * implied / (1 - implied)
    return 100 * (1 - implied) / implied


@lru_cache(maxsize=4096)
def _price(american: int) -> Price:
    if american in (-100, 100):
        return Price(100, 2.0)
    decimal = 1 + american / 100 if american > 0 else 1 - 100 / american
    return Price(american, round(decimal, 2))


def _on_ladder(decimal: float, *, up: bool) -> Price:
    step = next(step for limit, step in _BETFAIR_LADDER if decimal < limit)
    steps = ceil(decimal / step - 1e-9) if up else floor(decimal / step + 1e-9)
    shown = round(max(steps * step, 1.01), 2)
    raw = (shown - 1) * 100 if shown >= 2 else -100 / (shown - 1)
    # Whole american numbers must not beat the decimal price they stand for.
    american = ceil(raw - 1e-9) if up else floor(raw + 1e-9)
    return Price(100 if american == -100 else american, shown)
