"""One event's market: which book shows what at any moment, and when it was last read."""

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from simulator.beliefs import Belief, follow
from simulator.books import Book
from simulator.clock import DAY, HOUR, MINUTE
from simulator.latent import Path
from simulator.lives import Event
from simulator.options import SeasonOptions
from simulator.planting import Override
from simulator.randomness import BELIEFS, mix, salt, share, stream

_OPENING_HOURS = (20, 34)
# (hours to the scheduled start, seconds between reads): pre-match intervals shrink near the start.
_READ_INTERVALS = {
    "exchange": ((6.0, 28), (4.5, 25), (3.0, 22), (1.5, 20)),
    "other": ((6.0, 55), (4.5, 50), (3.0, 45), (1.5, 40)),
}
_FAR_INTERVAL = {"exchange": 30, "other": 60}
_PLAY_INTERVAL = {"exchange": 20, "other": 40}
_MISSED_READS = 25  # of 256
_MAINTENANCE_SHARE, _MAINTENANCE_MINUTES = 0.03, (20, 60)
_NATURAL_GAP_SHARE = 0.03
_PLAY_BUCKET = 12 * MINUTE


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch [starts, ends) in which a book's market is not as usual.

    Kinds: `missing`, `one_sided`, `frozen` (price and stamp stand still at `starts`).
    """

    kind: str
    market: str
    starts: int
    ends: int


@dataclass(slots=True)
class Feed:
    """What one book shows for one event before the start, and how often it is read."""

    book: Book
    seed: int
    scheduled: int
    opens: int
    closes: int
    belief: Belief
    gaps: tuple[Gap, ...]
    overrides: tuple[Override, ...]
    away: tuple[tuple[int, int], ...]
    is_irregular: bool = False
    _marks: tuple[int, ...] = ()
    _intervals: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        self.is_irregular = bool(self.gaps or self.overrides)
        group = "exchange" if self.book.kind == "exchange" else "other"
        phase = self.seed % _FAR_INTERVAL[group]
        steps = _READ_INTERVALS[group]
        self._marks = (
            self.scheduled - 30 * DAY + phase,
            *(self.scheduled - int(hours * HOUR) + phase for hours, _ in steps),
        )
        self._intervals = (_FAR_INTERVAL[group], *(interval for _, interval in steps))

    def is_shown(self, seconds: int) -> bool:
        """Whether the book quotes the event before its start; never away while planted."""
        if not self.opens <= seconds < self.closes:
            return False
        for starts, ends in self.away:
            if starts <= seconds < ends:
                return any(each.starts <= seconds < each.ends for each in self.overrides)
        return True

    def last_read(self, seconds: int) -> int:
        """When the vendor last read this book before or at that moment (pre-match)."""
        segment = max(bisect_right(self._marks, seconds) - 1, 0)
        mark, interval = self._marks[segment], self._intervals[segment]
        return mark + missed(self.seed, (seconds - mark) // interval) * interval

    def state(self, seconds: int) -> tuple[int, int]:
        """(belief step, stamp): a change is read when it is made."""
        step = self.belief.at(seconds)
        return step, max(self.last_read(seconds), self.belief.times[step])

    def override_at(self, market: str, seconds: int) -> Override | None:
        """What is planted in that market at that moment."""
        for override in self.overrides:
            if override.market_key == market and override.starts <= seconds < override.ends:
                return override
        return None


def missed(seed: int, number: int) -> int:
    """The last read that took place among the four up to this one."""
    for back in range(4):
        if mix(seed, number - back) & 255 >= _MISSED_READS:
            return number - back
    return number - 4


def play_read(book: Book, seed: int, started: int, seconds: int) -> int | None:
    """When the vendor last read an in-play book; None while it shows nothing.

    In stretches of twelve minutes a book may be away (2 %) or suspended with an old stamp (8 %).
    """
    if not book.quotes_in_play:
        return None
    chance = share(seed, (seconds - started) // _PLAY_BUCKET, 5)
    if chance < 0.02:
        return None
    if chance < 0.10:
        seconds = started + (seconds - started) // _PLAY_BUCKET * _PLAY_BUCKET
    interval = _PLAY_INTERVAL["exchange" if book.kind == "exchange" else "other"]
    return started + max((seconds - started) // interval, 0) * interval


def make_feeds(
    options: SeasonOptions, event: Event, path: Path, overrides: tuple[Override, ...]
) -> tuple[Feed, ...]:
    """The feeds of all books for an event, in the order the API shows them there."""
    generator = stream(options.seed, BELIEFS, event.path_index)
    early = _early_books(options.books, generator)
    feeds = [
        _make_feed(
            options,
            event,
            path,
            book,
            opens_early=book.key in early,
            overrides=tuple(each for each in overrides if each.bookmaker_key == book.key),
            generator=generator,
        )
        for book in options.books
    ]
    order = generator.permutation(len(feeds))
    return tuple(feeds[number] for number in order)


def _early_books(books: tuple[Book, ...], generator: np.random.Generator) -> set[str]:
    """The one or two books that list an event first."""
    early = [book.key for book in books if book.opens_early] or [books[0].key]
    count = min(int(generator.integers(1, 3)), len(early))
    return {early[number] for number in generator.permutation(len(early))[:count]}


def _make_feed(
    options: SeasonOptions,
    event: Event,
    path: Path,
    book: Book,
    *,
    opens_early: bool,
    overrides: tuple[Override, ...],
    generator: np.random.Generator,
) -> Feed:
    opens = event.scheduled - int(generator.uniform(*_OPENING_HOURS) * HOUR)
    if opens_early:
        opens = event.listed
    opens = max(opens, event.listed)
    closes = event.market_ends
    belief = follow(
        book,
        path,
        opens=opens,
        closes=closes,
        forced=_forced(path, overrides),
        generator=generator,
    )
    gaps = [*_natural_gaps(book, event, generator), *_faults(options, book, event, generator)]
    away = [*_absences(options, book, event, generator), *_maintenance(book, opens, closes)]
    return Feed(
        book=book,
        seed=mix(options.seed, salt(event.event_id), salt(book.key)),
        scheduled=event.scheduled,
        opens=opens,
        closes=closes,
        belief=belief,
        gaps=tuple(gaps),
        overrides=overrides,
        away=tuple(away),
    )


def _forced(path: Path, overrides: tuple[Override, ...]) -> tuple[int, ...]:
    """Where planted prices begin, move with the truth, and end."""
    moments: set[int] = set()
    for override in overrides:
        moments |= {override.starts, override.ends}
        moments |= {moment for moment in path.times if override.starts < moment < override.ends}
    return tuple(sorted(moments))


def _maintenance(book: Book, opens: int, closes: int) -> list[tuple[int, int]]:
    """Stretches in which the book is away from every event, by UTC day."""
    place = salt(book.key)
    least, most = _MAINTENANCE_MINUTES
    away = []
    for day in range(opens // DAY, closes // DAY + 1):
        if share(place, day, 1) < _MAINTENANCE_SHARE:
            starts = day * DAY + int(share(place, day, 2) * (DAY - most * MINUTE))
            length = (least + share(place, day, 3) * (most - least)) * MINUTE
            away.append((starts, starts + int(length)))
    return away


def _absences(
    options: SeasonOptions, book: Book, event: Event, generator: np.random.Generator
) -> list[tuple[int, int]]:
    """Stretches in which the book is away from this event."""
    away = []
    count = int(generator.poisson(book.absences_per_event))
    for hours, minutes in generator.uniform((0, 20), (36, 180), (count, 2)).tolist():
        starts = event.scheduled - int(hours * HOUR)
        away.append((starts, starts + int(minutes * MINUTE)))
    chance, when, length = generator.random(3).tolist()
    if chance < options.faults.missing_book:
        away.append(_fault_window(event, when, length))
    return away


def _natural_gaps(book: Book, event: Event, generator: np.random.Generator) -> list[Gap]:
    """Now and then a book is without its spreads or totals."""
    gaps = []
    draws = generator.uniform((0, 0, 20), (1, 24, 120), (2, 3)).tolist()
    for market, (chance, hours, minutes) in zip(("spreads", "totals"), draws, strict=True):
        if chance < _NATURAL_GAP_SHARE and market in book.markets:
            starts = event.scheduled - int(hours * HOUR)
            gaps.append(Gap("missing", market, starts, starts + int(minutes * MINUTE)))
    return gaps


def _faults(
    options: SeasonOptions, book: Book, event: Event, generator: np.random.Generator
) -> list[Gap]:
    faults = options.faults
    kinds = (
        (faults.missing_market, "missing"),
        (faults.one_sided_market, "one_sided"),
        (faults.stale_stamp, "frozen"),
        (faults.suspended_market, "missing"),
    )
    gaps = []
    draws = generator.random((len(kinds) * 3, 3)).tolist()
    for faulty_share, kind in kinds:
        for market in ("h2h", "spreads", "totals"):
            chance, when, length = draws.pop()
            if chance < faulty_share and market in book.markets:
                gaps.append(Gap(kind, market, *_fault_window(event, when, length)))
    return gaps


def _fault_window(event: Event, when: float, length: float) -> tuple[int, int]:
    starts = event.scheduled - int((0.5 + 19.5 * when) * HOUR)
    return starts, starts + int((1 + 5 * length) * HOUR)
