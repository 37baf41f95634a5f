"""How a book follows the market: what it believes, in steps of its own."""

from bisect import bisect_right
from dataclasses import dataclass
from math import copysign

import numpy as np

from simulator.books import Book
from simulator.clock import HOUR, MINUTE
from simulator.latent import Path

# Probability a point of margin or total is worth at most, at the centre of the distribution.
_MARGIN_SLOPE, _TOTAL_SLOPE = 0.036, 0.024
_SAFETY = 0.8
_BIAS_OF_TOLERANCE = 0.35
_OWN_MOVES_AN_HOUR = 0.08
# What a book lets pass without reacting, as a share of what it can bear.
_IGNORED = {"leads": 0.0, "follows": 0.25, "lags": 0.6}


@dataclass(frozen=True, slots=True)
class Belief:
    """Steps of one book's expected margin and total for one event."""

    times: tuple[int, ...]
    margins: tuple[float, ...]
    totals: tuple[float, ...]

    def at(self, seconds: int) -> int:
        """The step in force at that moment, -1 before the first."""
        return bisect_right(self.times, seconds) - 1


def tolerances(book: Book) -> tuple[float, float]:
    """How far, in points of margin and of total, a book may be off before bettors gain.

    Kept to by every book, so that nothing but what is planted beats the truth.
    """
    rounding = {0: 0.0, 1: 0.0012, 2: 0.0024}.get(book.tick, 0.0058)
    room = book.vig / 2 - (rounding if book.kind == "retail" else 0.0)
    return _SAFETY * room / _MARGIN_SLOPE, _SAFETY * room / _TOTAL_SLOPE


def follow(
    book: Book,
    path: Path,
    *,
    opens: int,
    closes: int,
    forced: tuple[int, ...],
    generator: np.random.Generator,
) -> Belief:
    """Walk through the news, the book's reactions to it and its own moods.

    A book reprices when it notices news (after its lag, unless the move is too small for it), now
    and then on its own account, at the `forced` times, and at once when news would leave it
    further off than it can bear.
    """
    margin_room, total_room = tolerances(book)
    ignored = _IGNORED[book.behaviour]
    moments = _moments(book, path, opens=opens, closes=closes, forced=forced, generator=generator)
    noise = generator.standard_normal((2, len(moments) + 1)).tolist()
    margin_bias = _limit(noise[0][-1], margin_room)
    total_bias = _limit(noise[1][-1], total_room)
    margin, total = path.at(opens)
    margin, total = margin + margin_bias, total + total_bias
    times, margins, totals = [opens], [margin], [total]
    for number, (moment, reason) in enumerate(moments):
        true_margin, true_total = path.at(moment)
        margin_off = abs(margin - true_margin) / margin_room
        total_off = abs(total - true_total) / total_room
        if reason == "news" and margin_off <= 1 and total_off <= 1:
            continue
        if reason == "noticed" and margin_off <= ignored and total_off <= ignored:
            continue
        if reason == "own":
            margin_bias = _limit(noise[0][number], margin_room)
            total_bias = _limit(noise[1][number], total_room)
        margin, total = true_margin + margin_bias, true_total + total_bias
        if moment == times[-1]:
            margins[-1], totals[-1] = margin, total
        else:
            times.append(moment)
            margins.append(margin)
            totals.append(total)
    return Belief(tuple(times), tuple(margins), tuple(totals))


def _moments(
    book: Book,
    path: Path,
    *,
    opens: int,
    closes: int,
    forced: tuple[int, ...],
    generator: np.random.Generator,
) -> list[tuple[int, str]]:
    news = [moment for moment in path.times if opens < moment < closes]
    lags = generator.exponential(book.lag_minutes * MINUTE, len(news)).tolist()
    closes = max(closes, opens)
    hours = (closes - opens) / HOUR
    own = generator.uniform(opens, closes, generator.poisson(hours * _OWN_MOVES_AN_HOUR))
    moments = [(moment, "news") for moment in news]
    moments += [(moment + 1 + int(lag), "noticed") for moment, lag in zip(news, lags, strict=True)]
    moments += [(int(moment), "own") for moment in own]
    moments += [(moment, "forced") for moment in forced]
    return sorted(each for each in moments if opens < each[0] < closes)


def _limit(noise: float, room: float) -> float:
    most = _BIAS_OF_TOLERANCE * room
    return copysign(min(abs(noise) * most / 2, most), noise)
