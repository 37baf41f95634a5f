"""What a season is made of. Two seasons with equal options are equal to the byte."""

from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from simulator.books import DEFAULT_BOOKS, Book

_NOT_SHARES = ("burst_calls", "slow_seconds")


@dataclass(frozen=True)
class Faults:
    """Things that go wrong, each off at 0.

    Per event and book (and market): `missing_book`, `missing_market`, `one_sided_market`,
    `stale_stamp` (the price and its stamp freeze) and `suspended_market` (left out) are the shares
    hit by one stretch of one to six hours before the start. Per event: `duplicate_fixtures` (the
    game comes back under a second id, both showing for two hours), `alias_names`, `late_scores`
    (completed 2 to 30 hours late), `early_starts` (5 to 9 minutes before the announced start),
    `delayed_starts` (20 to 150 minutes after it, told only once it has passed) and `false_starts`
    (under way, the start shown becomes one up to four hours before the announced one). Per ten
    minutes of virtual time: `empty_answers` (`/odds` answers `[]`), and, for the first
    `burst_calls` calls only, so that a retry gets through, `error_bursts` (500, 503 or 429),
    `slow_answers` (`slow_seconds` of real time) and `truncated_bodies`.
    """

    missing_book: float = 0.0
    missing_market: float = 0.0
    one_sided_market: float = 0.0
    stale_stamp: float = 0.0
    suspended_market: float = 0.0
    duplicate_fixtures: float = 0.0
    alias_names: float = 0.0
    late_scores: float = 0.0
    early_starts: float = 0.0
    delayed_starts: float = 0.0
    false_starts: float = 0.0
    empty_answers: float = 0.0
    error_bursts: float = 0.0
    slow_answers: float = 0.0
    truncated_bodies: float = 0.0
    burst_calls: int = 2
    slow_seconds: float = 1.0

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name not in _NOT_SHARES and not 0 <= value <= 1:
                raise ValueError(f"faults: {each.name} is a share between 0 and 1, not {value}")

    @classmethod
    def all_at(cls, share: float) -> "Faults":
        """Every fault at the same share."""
        names = [each.name for each in fields(cls) if each.name not in _NOT_SHARES]
        wanted: dict[str, Any] = dict.fromkeys(names, share)
        return cls(**wanted)


@dataclass(frozen=True)
class Plants:
    """How many of each thing to plant, each on an event of its own, listed in the truth.

    Edges: one book's outcome has an expected value of about `edge_percent` against the truth as it
    moves, up to a point more by rounding.
    Arbitrages: two books' opposite outcomes at one point pay at least `arbitrage_percent` whatever
    happens. Middles: two books' points lie `middle_points` apart. Phantoms look like arbitrages
    but are not: one leg is stale, or pays so much that no book would honour it.
    Each lasts `minutes` and starts at most `within_hours` before the start. All ranges are
    (least, most).
    """

    edges: int = 0
    arbitrages: int = 0
    middles: int = 0
    phantoms: int = 0
    edge_percent: tuple[float, float] = (2.0, 6.0)
    arbitrage_percent: tuple[float, float] = (0.5, 3.0)
    middle_points: tuple[float, float] = (1.5, 3.0)
    minutes: tuple[int, int] = (60, 240)
    within_hours: float = 12.0

    @property
    def count(self) -> int:
        """How many things are planted in all."""
        return self.edges + self.arbitrages + self.middles + self.phantoms


@dataclass(frozen=True)
class SeasonOptions:
    """A season: its seed, size, place in time, books, faults and plants.

    Give `first_day` or `last_day` (dates in US/Eastern), not both; neither means 21 October 2025.
    `moved_share` of the starts change before the start, `postponed_share` of the games vanish and
    up to half of those come back under a new id within three days.
    """

    seed: int = 1
    games: int = 1230
    first_day: date | None = None
    last_day: date | None = None
    books: tuple[Book, ...] = DEFAULT_BOOKS
    moved_share: float = 0.25
    postponed_share: float = 0.006
    faults: Faults = field(default_factory=Faults)
    plants: Plants = field(default_factory=Plants)

    def __post_init__(self) -> None:
        if self.games < 1:
            raise ValueError("games: a season needs at least one game")
        if self.first_day and self.last_day:
            raise ValueError("give first_day or last_day, not both: games decides the other")
        if len({book.key for book in self.books}) < len(self.books):
            raise ValueError("books: a key occurs twice")
        if self.plants.count > self.games // 2:
            raise ValueError(
                f"plants: {self.plants.count} things need at least {2 * self.plants.count} games"
            )
