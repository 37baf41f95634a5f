"""What the whole market slowly learns: a game's expected margin and total as steps in time."""

from bisect import bisect_right
from dataclasses import dataclass
from math import sqrt

import numpy as np

from simulator.catalogue import TEAMS
from simulator.clock import HOUR
from simulator.lives import Event
from simulator.probability import MARGIN_SD, TOTAL_SD, Law, draw_result
from simulator.randomness import LATENT, RESULTS, stream

_HOME_ADVANTAGE = 2.5
_STRENGTH_SD = 4.5
_LARGEST_MARGIN = 16.0
_LEAGUE_TOTAL, _PACE_SD = 226.0, 3.5
_STEP_SD = 0.20
# News an hour by hours to the scheduled start: few early, many near it.
_NEWS_HOURS = np.array([200.0, 72.0, 24.0, 6.0, 1.0, 0.0])
_NEWS_RATES = np.array([0.08, 0.22, 0.9, 3.0, 6.0])
_SURPRISE_SHARE, _SURPRISE_SD, _SURPRISE_HOURS = 0.2, 2.0, 12.0
# (hours the stretch ends at, hours it lasts, news an hour), from the start backwards.
_STRETCHES = tuple(
    (float(far), float(far - near), float(rate))
    for far, near, rate in zip(
        _NEWS_HOURS[-2::-1], _NEWS_HOURS[:0:-1], _NEWS_RATES[::-1], strict=True
    )
)
_TOTAL_STEPS = 1.2  # totals move by this multiple of the margin's steps


@dataclass(frozen=True, slots=True)
class Path:
    """Steps of the expected margin and total: values hold from their time to the next."""

    scheduled: int
    times: tuple[int, ...]
    margins: tuple[float, ...]
    totals: tuple[float, ...]

    def at(self, seconds: int) -> tuple[float, float]:
        """(expected margin, expected total) at that moment."""
        step = max(bisect_right(self.times, seconds) - 1, 0)
        return self.margins[step], self.totals[step]

    def last_news(self, seconds: int) -> int:
        """When the truth last moved."""
        return self.times[max(bisect_right(self.times, seconds) - 1, 0)]

    def law(self, seconds: int) -> Law:
        """The truth as known at that moment, with the news still to come as extra spread."""
        margin, total = self.at(seconds)
        return make_law(margin, total, scheduled=self.scheduled, seconds=seconds)

    @property
    def closing_law(self) -> Law:
        """The truth at the start, from which the result is drawn."""
        return Law(self.margins[-1], self.totals[-1])


def make_law(margin: float, total: float, *, scheduled: int, seconds: int) -> Law:
    """The law seen by one who expects this margin and total at that moment."""
    hours = (scheduled - seconds) / HOUR
    if hours <= 0:
        return Law(margin, total)
    left = _news_left(hours) * _STEP_SD**2
    left += _SURPRISE_SHARE * _SURPRISE_SD**2 * min(hours / _SURPRISE_HOURS, 1.0)
    return Law(
        margin,
        total,
        sqrt(MARGIN_SD**2 + left),
        sqrt(TOTAL_SD**2 + left * _TOTAL_STEPS**2),
    )


def _news_left(hours: float) -> float:
    """How many pieces of news are expected in that many hours before the start."""
    expected = 0.0
    for far, length, rate in _STRETCHES:
        if hours <= far:
            return expected + (hours - far + length) * rate
        expected += length * rate
    return expected


def team_ratings(seed: int) -> dict[str, tuple[float, float]]:
    """(strength, pace) in points a game over the average, by team."""
    generator = stream(seed, LATENT)
    strengths = generator.normal(0, _STRENGTH_SD, len(TEAMS))
    paces = generator.normal(0, _PACE_SD, len(TEAMS))
    return {
        team.name: (float(strength), float(pace))
        for team, strength, pace in zip(TEAMS, strengths, paces, strict=True)
    }


def make_path(seed: int, event: Event, ratings: dict[str, tuple[float, float]]) -> Path:
    """Draw the news of the event's game from its listing to its start."""
    generator = stream(seed, LATENT, event.path_index + 1)
    strength, pace = ratings[event.home]
    other_strength, other_pace = ratings[event.away]
    margin = strength - other_strength + _HOME_ADVANTAGE + generator.normal(0, 1.5)
    margin = min(max(margin, -_LARGEST_MARGIN), _LARGEST_MARGIN)
    total = _LEAGUE_TOTAL + pace + other_pace + generator.normal(0, 3)
    hours, sizes = _draw_news(generator)
    times = event.scheduled - (hours * HOUR).astype(np.int64)
    until = event.last_announced if event.started is None else event.started
    kept = times < until
    origin = event.scheduled - int(_NEWS_HOURS[0] * HOUR)
    margins = margin + np.concatenate([[0.0], np.cumsum(sizes[0][kept])])
    totals = total + np.concatenate([[0.0], np.cumsum(sizes[1][kept])])
    return Path(
        scheduled=event.scheduled,
        times=(origin, *times[kept].tolist()),
        margins=tuple(margins.tolist()),
        totals=tuple(totals.tolist()),
    )


def _draw_news(generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Hours to the start in falling order, and the (margin, total) steps taken there."""
    expected = -np.diff(_NEWS_HOURS) * _NEWS_RATES
    counts = generator.poisson(expected)
    hours = np.concatenate(
        [
            generator.uniform(low, high, count)
            for high, low, count in zip(_NEWS_HOURS, _NEWS_HOURS[1:], counts, strict=False)
        ]
    )
    sizes = generator.normal(0, _STEP_SD, (2, len(hours)))
    sizes[1] *= _TOTAL_STEPS
    if generator.random() < _SURPRISE_SHARE:
        hours = np.append(hours, generator.uniform(0, _SURPRISE_HOURS))
        surprise = generator.normal(0, _SURPRISE_SD, (2, 1)) * [[1.0], [_TOTAL_STEPS]]
        sizes = np.concatenate([sizes, surprise], axis=1)
    order = np.argsort(-hours)
    return hours[order], sizes[:, order]


def make_result(seed: int, event: Event, path: Path) -> tuple[int, int]:
    """(home score, away score), drawn from the truth at the start."""
    return draw_result(path.closing_law, stream(seed, RESULTS, event.path_index))
