"""Prices of one market at one book: before the start, in play, and of the additional markets."""

from dataclasses import dataclass
from typing import NamedTuple

from simulator.books import Book
from simulator.latent import Path, make_law
from simulator.market import Feed
from simulator.planting import Override
from simulator.pricing import Price, book_price, generous_price, lay_price
from simulator.probability import Law
from simulator.randomness import mix, salt

_PLAY_VIG = 1.4
_PLAY_RANGE = (0.02, 0.97)


class Outcome(NamedTuple):
    """One outcome of a market with its price."""

    name: str
    price: Price
    point: float | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Sides:
    """The two names a market's outcomes carry in this event."""

    home: str
    away: str

    def order(self, home: Outcome, away: Outcome) -> tuple[Outcome, ...]:
        """Team outcomes stand in alphabetical order."""
        return (home, away) if self.home <= self.away else (away, home)


def spread_line(margin: float) -> float:
    """The home side's point nearest the expected margin; never 0, there are no ties."""
    line = -round(margin * 2) / 2
    if abs(line) < 1:
        return -1.0 if margin > 0 else 1.0
    return line


def total_line(total: float) -> float:
    """The half or whole point nearest the expected total."""
    return round(total * 2) / 2


def believed_law(feed: Feed, step: int) -> Law:
    """The law as a book sees it at one of its belief steps."""
    belief = feed.belief
    return make_law(
        belief.margins[step],
        belief.totals[step],
        scheduled=feed.scheduled,
        seconds=belief.times[step],
    )


def pre_match(
    feed: Feed, market: str, step: int, *, believed: Law, path: Path, sides: Sides
) -> tuple[Outcome, ...]:
    """The outcomes a book shows from one belief step to the next."""
    if feed.overrides:
        since = feed.belief.times[step]
        override = feed.override_at(market, since)
        if override is not None:
            # The same moment for every leg, whenever its book last repriced.
            news = max(path.last_news(since), override.starts)
            law = path.law(news if override.law_at is None else override.law_at)
            return _planted(feed.book, market, override, law, sides)
    if market == "h2h_lay":
        return _lay(feed, believed, sides, step)
    return two_way(feed.book, market, believed, sides)


def two_way(
    book: Book, market: str, law: Law, sides: Sides, *, vig: float | None = None
) -> tuple[Outcome, ...]:
    """Both outcomes of a featured market at the book's own line."""
    half = (book.vig if vig is None else vig) / 2
    line = _line(market, law)
    probability = law.first_probability(market, line)
    first = book_price(book, probability + half)
    second = book_price(book, 1 - probability + half)
    return _outcomes(market, line, first, second, sides)


def in_play(
    book: Book, market: str, law: Law, sides: Sides, *, seed: int, read: int
) -> tuple[Outcome, ...] | None:
    """Both outcomes while the game runs; None where the market is closed or all but decided."""
    noise = mix(seed, read, salt(market))
    if noise & 255 < 16:
        return None
    law = Law(law.margin + (noise >> 8 & 255) / 255 - 0.5, law.total, law.margin_sd, law.total_sd)
    line = _line(market, law)
    probability = law.first_probability(market, line)
    if not _PLAY_RANGE[0] < probability < _PLAY_RANGE[1]:
        return None
    return two_way(book, market, law, sides, vig=book.vig * _PLAY_VIG)


def _line(market: str, law: Law) -> float | None:
    if market == "spreads":
        return spread_line(law.margin)
    return total_line(law.total) if market == "totals" else None


def _lay(feed: Feed, law: Law, sides: Sides, step: int) -> tuple[Outcome, ...]:
    probability, half = law.home_win(), feed.book.vig / 2
    both = sides.order(
        Outcome(sides.home, lay_price(probability - half)),
        Outcome(sides.away, lay_price(1 - probability - half)),
    )
    # Now and then nobody lays one of the teams.
    return both if mix(feed.seed, step) % 20 else both[:1]


def _planted(
    book: Book, market: str, override: Override, law: Law, sides: Sides
) -> tuple[Outcome, ...]:
    first = law.first_probability(market, override.line)
    true = (first, 1 - first)[override.side]
    offered = 0.5 + book.vig / 2 if override.is_even else true * (1 - override.discount)
    prices = [generous_price(offered), book_price(book, 1 + book.vig - offered)]
    if override.side == 1:
        prices.reverse()
    return _outcomes(market, override.line, prices[0], prices[1], sides)


def _outcomes(
    market: str, line: float | None, first: Price, second: Price, sides: Sides
) -> tuple[Outcome, ...]:
    if market == "totals":
        return Outcome("Over", first, line), Outcome("Under", second, line)
    point = None if line is None else -line
    return sides.order(Outcome(sides.home, first, line), Outcome(sides.away, second, point))
