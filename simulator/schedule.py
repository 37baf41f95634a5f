"""Who plays whom and when it is first announced to start."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from simulator.catalogue import TEAMS
from simulator.clock import to_seconds
from simulator.options import SeasonOptions
from simulator.randomness import SCHEDULE, stream

EASTERN = ZoneInfo("America/New_York")
_DEFAULT_FIRST_DAY = date(2025, 10, 21)
_GAMES_BY_WEEKDAY = (7, 6, 10, 4, 10, 8, 8)
_MOST_GAMES_A_DAY = len(TEAMS) // 2
_BREAK_DAYS = 6  # the All-Star break of a full season
_BREAK_AFTER = 0.65
_FULL_SEASON = 1000
# Eastern tip times as (hour, minute), by the hours the home team's clock lies behind.
_EVENING = {
    0: ((19, 0), (19, 0), (19, 0), (19, 30), (19, 30), (20, 0)),
    1: ((20, 0), (20, 0), (20, 0), (20, 30), (19, 30)),
    2: ((21, 0), (21, 0), (21, 30), (22, 0)),
    3: ((22, 0), (22, 0), (22, 30)),
}
_AFTERNOON = ((13, 0), (15, 30), (18, 0))
_AFTERNOON_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Fixture:
    """A game as first announced: team names, start in epoch seconds."""

    index: int
    home: str
    away: str
    scheduled: int


def make_schedule(options: SeasonOptions) -> tuple[Fixture, ...]:
    """The fixtures in order of start; every team plays about equally often, once a day."""
    generator = stream(options.seed, SCHEDULE)
    played = np.zeros(len(TEAMS))
    at_home = np.zeros(len(TEAMS))
    games: list[tuple[int, int, int]] = []
    for day, count in _game_days(options, generator):
        order = np.argsort(played + generator.uniform(0, 0.9, len(TEAMS)))
        chosen = generator.permutation(order[: 2 * count])
        played[chosen] += 1
        for first, second in chosen.reshape(-1, 2):
            home, away = (first, second) if at_home[first] <= at_home[second] else (second, first)
            at_home[home] += 1
            start = tip_off(day, hours_behind=TEAMS[home].hours_behind, generator=generator)
            games.append((start, int(home), int(away)))
    return tuple(
        Fixture(index, TEAMS[home].name, TEAMS[away].name, start)
        for index, (start, home, away) in enumerate(sorted(games))
    )


def tip_off(day: date, *, hours_behind: int, generator: np.random.Generator) -> int:
    """A start on that Eastern day, in epoch seconds, on the full or half hour."""
    is_afternoon = day.weekday() >= 5 and generator.random() < _AFTERNOON_SHARE
    slots = _AFTERNOON if is_afternoon else _EVENING[hours_behind]
    hour, minute = slots[int(generator.integers(len(slots)))]
    return to_seconds(datetime(day.year, day.month, day.day, hour, minute, tzinfo=EASTERN))


def teams_by_day(fixtures: tuple[Fixture, ...]) -> dict[date, set[str]]:
    """Who plays on which Eastern day."""
    busy: dict[date, set[str]] = defaultdict(set)
    for fixture in fixtures:
        busy[eastern_day(fixture.scheduled)] |= {fixture.home, fixture.away}
    return busy


def eastern_day(seconds: int) -> date:
    """The US/Eastern date of a moment."""
    return datetime.fromtimestamp(seconds, tz=EASTERN).date()


def _game_days(options: SeasonOptions, generator: np.random.Generator) -> list[tuple[date, int]]:
    """(day, games) from the fixed end of the season to the other, then put in order."""
    step = timedelta(days=-1 if options.last_day else 1)
    day = options.last_day or options.first_day or _DEFAULT_FIRST_DAY
    break_after = 1 - _BREAK_AFTER if options.last_day else _BREAK_AFTER
    has_break = options.games >= _FULL_SEASON
    days: list[tuple[date, int]] = []
    left = options.games
    while left:
        usual = _GAMES_BY_WEEKDAY[day.weekday()] + int(generator.integers(-2, 3))
        count = min(max(usual, 1), _MOST_GAMES_A_DAY, left)
        days.append((day, count))
        left -= count
        day += step
        if has_break and left < options.games * (1 - break_after):
            day += step * _BREAK_DAYS
            has_break = False
    return sorted(days)
