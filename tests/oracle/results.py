"""Which row of a table of results is whose: derived again, pair by pair, in plain Python.

For rows of one load and one source, and games that were never seen under way and never left the
feed. The rules: a row is of the game of its two teams that starts nearest to it, three hours away
at most, the nearest pair first; one without a start of the only game of its day, if it is the only
row of it; sides the other way round only where there is nothing to choose; rows that clash about
one game are of none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations

MATCHED_WITHIN = timedelta(hours=3)


@dataclass(frozen=True)
class Game:
    """An event as the feed lists it."""

    event_id: str
    home: str
    away: str
    day: date
    starts_at: datetime

    @property
    def teams(self) -> frozenset[str]:
        return frozenset((self.home, self.away))


@dataclass(frozen=True)
class Told:
    """One row: of each team what it scored."""

    line: int
    home: str
    away: str
    day: date
    starts_at: datetime | None
    scores: tuple[int, int]

    @property
    def teams(self) -> frozenset[str]:
        return frozenset((self.home, self.away))

    @property
    def points(self) -> dict[str, int]:
        return dict(zip((self.home, self.away), self.scores, strict=True))


@dataclass(frozen=True)
class Match:
    """A game's score on its own sides, and whether the row had them the other way round."""

    score: tuple[int, int]
    is_swapped: bool


def matched(games: Sequence[Game], rows: Sequence[Told]) -> dict[str, Match]:
    """The match of each game that has one."""
    clashing = set(_clashing(rows))
    usable = [row for row in rows if row not in clashing]
    disputed = set(_disputed(rows))
    # what says the same of the same start is told by the first of them
    tellings: dict[tuple[object, ...], Told] = {}
    for row in usable:
        said = (row.teams, row.starts_at or row.line, *sorted(row.points.items()))
        tellings.setdefault(said, row)
    pairs = [
        (row, game)
        for row in tellings.values()
        for game in games
        if row.teams == game.teams and _may_be(row, game, games, list(tellings.values()))
        if not (row in disputed and _number_that_day(game, games) < 2)
    ]
    straight = [pair for pair in pairs if pair[0].home == pair[1].home]
    turned = [
        (row, game)
        for row, game in pairs
        if row.home != game.home and sum(row is r or game is g for r, g in pairs) == 1
    ]
    found: dict[str, Match] = {}
    taken: set[Told] = set()
    for row, game in sorted(straight + turned, key=_distance):
        if row not in taken and game.event_id not in found:
            points = row.points
            found[game.event_id] = Match(
                score=(points[game.home], points[game.away]), is_swapped=row.home != game.home
            )
            taken.add(row)
    return found


def _clashing(rows: Sequence[Told]) -> Iterator[Told]:
    for one, other in combinations(rows, 2):
        if one.teams != other.teams or one.starts_at is None or other.starts_at is None:
            continue
        if one.starts_at == other.starts_at and one.points != other.points:
            yield from (one, other)


def _disputed(rows: Sequence[Told]) -> Iterator[Told]:
    """Rows of a day with one start and without, that do not all say the same."""
    for row in rows:
        same = [each for each in rows if (each.teams, each.day) == (row.teams, row.day)]
        starts = {each.starts_at for each in same}
        if None in starts and len(starts) == 2 and any(e.points != row.points for e in same):
            yield row


def _may_be(row: Told, game: Game, games: Sequence[Game], rows: Sequence[Told]) -> bool:
    if row.starts_at is not None:
        return abs(row.starts_at - game.starts_at) <= MATCHED_WITHIN
    if row.day != game.day:
        return False
    same_day_rows = [each for each in rows if (each.teams, each.day) == (row.teams, row.day)]
    if _number_that_day(game, games) == len(same_day_rows) == 1:
        return True
    at_this_home = [each for each in same_day_rows if each.home == row.home]
    games_here = [g for g in games if g.teams == game.teams and g.day == game.day]
    return (
        row.home == game.home
        and len(at_this_home) == 1
        and sum(each.home == game.home for each in games_here) == 1
    )


def _number_that_day(game: Game, games: Sequence[Game]) -> int:
    return sum(each.teams == game.teams and each.day == game.day for each in games)


def _distance(pair: tuple[Told, Game]) -> tuple[bool, timedelta]:
    row, game = pair
    if row.starts_at is None:
        return True, timedelta()
    return False, abs(row.starts_at - game.starts_at)
