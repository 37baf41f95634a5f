"""A game under way: its score by the second and the law of what is still to come."""

from bisect import bisect_right
from dataclasses import dataclass
from math import sqrt

from simulator.lives import Event
from simulator.probability import MARGIN_SD, TOTAL_SD, Law
from simulator.randomness import RESULTS, stream

_RESULT_STREAMS = 1 << 20  # apart from those that draw the result itself


@dataclass(frozen=True, slots=True)
class Play:
    """The moments (epoch seconds, rising) at which each side scores a point."""

    started: int
    ended: int
    home_points: tuple[int, ...]
    away_points: tuple[int, ...]

    def score(self, seconds: int) -> tuple[int, int]:
        """(home, away) at that moment."""
        return bisect_right(self.home_points, seconds), bisect_right(self.away_points, seconds)

    def law(self, seconds: int, closing: Law) -> Law:
        """What is left of the closing law, on top of the score."""
        home, away = self.score(seconds)
        left = min(max((self.ended - seconds) / (self.ended - self.started), 0.002), 1.0)
        return Law(
            home - away + closing.margin * left,
            home + away + closing.total * left,
            MARGIN_SD * sqrt(left),
            TOTAL_SD * sqrt(left),
        )


def make_play(seed: int, event: Event, scores: tuple[int, int]) -> Play:
    """Spread the points of the final score over the game.

    Raises:
        ValueError: the event is not played under this id.
    """
    if event.started is None:
        raise ValueError(f"event {event.event_id} is not played")
    generator = stream(seed, RESULTS, _RESULT_STREAMS + event.path_index)
    home, away = (
        tuple(sorted(generator.integers(event.started + 20, event.ended - 5, points).tolist()))
        for points in scores
    )
    return Play(event.started, event.ended, home, away)
