"""Edges, arbitrages, middles and phantoms: where they lie and what they do to prices."""

from dataclasses import dataclass
from math import floor

import numpy as np

from simulator.books import DEFAULT_BOOKMAKERS, Book
from simulator.clock import HOUR, MINUTE
from simulator.latent import Path
from simulator.lives import Event
from simulator.options import Plants, SeasonOptions
from simulator.randomness import PLANTS, stream

_MARKETS = ("h2h", "spreads", "totals")
_ENDS_BEFORE_START = 10 * MINUTE  # starts come up to three minutes early
_STALE_MINUTES = (20, 60)
_STALE_PERCENT = (1.0, 5.0)
_ERROR_PERCENT = (12.0, 25.0)


@dataclass(frozen=True, slots=True)
class PlantedLeg:
    """One outcome at one book; the point is that outcome's own, absent on h2h."""

    bookmaker_key: str
    outcome_name: str
    point: float | None


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted thing, shown in [starts, ends) (epoch seconds).

    `size` is percent (the edge, or what the arbitrage pays) or points (the gap of a middle).
    `reason` says why a phantom is one: `stale` or `palpable_error`.
    """

    kind: str
    event_id: str
    market_key: str
    starts: int
    ends: int
    legs: tuple[PlantedLeg, ...]
    size: float
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """What a planted thing does to one market of one book.

    `line` is the home side's point or the total, `side` 0 for home or over. That side's implied
    probability is its true one times (1 - `discount`), or half plus half the vig when `is_even`.
    Prices follow the truth, or stay as at `law_at`; the stamp stands still at `frozen_at`.
    """

    bookmaker_key: str
    market_key: str
    starts: int
    ends: int
    line: float | None
    side: int
    discount: float = 0.0
    is_even: bool = False
    law_at: int | None = None
    frozen_at: int | None = None


@dataclass(frozen=True, slots=True)
class Plant:
    """A planted thing with the overrides that make it."""

    planted: Planted
    overrides: tuple[Override, ...]


def plant_all(
    options: SeasonOptions, events: tuple[Event, ...], paths: dict[int, Path]
) -> dict[int, Plant]:
    """Plants by event index, at most one an event.

    Raises:
        ValueError: there are too few events or books for what is asked.
    """
    wanted = options.plants
    kinds = (
        ["edge"] * wanted.edges
        + ["arbitrage"] * wanted.arbitrages
        + ["middle"] * wanted.middles
        + ["phantom"] * wanted.phantoms
    )
    if not kinds:
        return {}
    books = [
        book
        for book in options.books
        if book.kind != "exchange" and set(_MARKETS) <= set(book.markets)
    ]
    books = [book for book in books if book.key in DEFAULT_BOOKMAKERS] or books
    played = [event for event in events if event.started is not None and not _is_late(event)]
    if len(books) < 2 or len(played) < len(kinds):
        raise ValueError(f"plants: {len(kinds)} need as many games and two sharp or retail books")
    generator = stream(options.seed, PLANTS)
    chosen = generator.permutation(len(played))[: len(kinds)]
    planter = _Planter(wanted, books, generator)
    return {
        played[number].index: planter.plant(kind, played[number], paths[played[number].index])
        for kind, number in zip(kinds, chosen.tolist(), strict=True)
    }


def _is_late(event: Event) -> bool:
    """Listed under this id too late for its books to be open through the window."""
    return event.listed > event.scheduled - 20 * HOUR


class _Planter:
    def __init__(self, wanted: Plants, books: list[Book], generator: np.random.Generator) -> None:
        self._wanted = wanted
        self._books = books
        self._generator = generator

    def plant(self, kind: str, event: Event, path: Path) -> Plant:
        starts, ends = self._window(event)
        market = _MARKETS[int(self._generator.integers(3))]
        if kind == "edge":
            return self._edge(event, path, market, (starts, ends))
        if kind == "middle":
            return self._middle(event, path, (starts, ends))
        return self._pair(kind, event, path, market, (starts, ends))

    def _window(self, event: Event) -> tuple[int, int]:
        latest = min(event.last_announced, event.scheduled, event.started or event.scheduled)
        latest -= _ENDS_BEFORE_START
        length = int(self._generator.uniform(*self._wanted.minutes) * MINUTE)
        before = self._generator.uniform(0.5, max(self._wanted.within_hours, 0.6))
        starts = latest - int(before * HOUR)
        return starts, min(starts + length, latest)

    def _percent(self, least_most: tuple[float, float]) -> float:
        return float(self._generator.uniform(*least_most))

    def _two_books(self) -> tuple[Book, Book]:
        first, second = self._generator.permutation(len(self._books))[:2].tolist()
        return self._books[first], self._books[second]

    def _edge(self, event: Event, path: Path, market: str, window: tuple[int, int]) -> Plant:
        starts, ends = window
        book = self._two_books()[0]
        percent = self._percent(self._wanted.edge_percent)
        side = int(self._generator.integers(2))
        line = _fair_line(path, market, starts)
        override = Override(
            bookmaker_key=book.key,
            market_key=market,
            starts=starts,
            ends=ends,
            line=line,
            side=side,
            discount=1 - 1 / (1 + percent / 100),
        )
        return _plant("edge", event, (override,), percent)

    def _pair(
        self, kind: str, event: Event, path: Path, market: str, window: tuple[int, int]
    ) -> Plant:
        """An arbitrage, or a phantom that looks like one."""
        starts, ends = window
        reason, frozen_at = None, None
        least_most = self._wanted.arbitrage_percent
        if kind == "phantom":
            reason = "stale" if self._generator.random() < 0.5 else "palpable_error"
            least_most = _STALE_PERCENT if reason == "stale" else _ERROR_PERCENT
        percent = self._percent(least_most)
        if reason == "stale":
            frozen_at = starts - int(self._percent(_STALE_MINUTES) * MINUTE)
        sides = (0, 1) if self._generator.random() < 0.5 else (1, 0)
        overrides = tuple(
            Override(
                bookmaker_key=book.key,
                market_key=market,
                starts=starts,
                ends=ends,
                line=_fair_line(path, market, starts),
                side=side,
                discount=1 - 1 / (1 + percent / 100),
                law_at=starts if reason == "stale" else None,
                frozen_at=frozen_at if number == 0 else None,
            )
            for number, (book, side) in enumerate(zip(self._two_books(), sides, strict=True))
        )
        return _plant(kind, event, overrides, percent, reason)

    def _middle(self, event: Event, path: Path, window: tuple[int, int]) -> Plant:
        starts, ends = window
        margin, total = path.at(starts)
        # Near a pick'em there is no room around the line: use the total.
        market = "spreads" if abs(margin) > 5 and self._generator.random() < 0.5 else "totals"
        least, most = self._wanted.middle_points
        gap = int(self._generator.integers(round(2 * least), round(2 * most) + 1)) / 2
        first = int(self._generator.integers(1, max(round(2 * gap), 2))) / 2
        centre = -margin if market == "spreads" else total
        sign = 1 if market == "spreads" else -1
        lines = (
            round(2 * (centre + sign * first)) / 2,
            round(2 * (centre + sign * first)) / 2 - sign * gap,
        )
        overrides = tuple(
            Override(
                bookmaker_key=book.key,
                market_key=market,
                starts=starts,
                ends=ends,
                line=line,
                side=side,
                is_even=True,
            )
            for side, (book, line) in enumerate(zip(self._two_books(), lines, strict=True))
        )
        return _plant("middle", event, overrides, gap)


def _fair_line(path: Path, market: str, seconds: int) -> float | None:
    """The half point nearest the truth: no push, so an arbitrage pays in every case."""
    margin, total = path.at(seconds)
    if market == "spreads":
        line = floor(-margin) + 0.5
        return line if abs(line) > 1 else (1.5 if line > 0 else -1.5)
    return floor(total) + 0.5 if market == "totals" else None


def _plant(
    kind: str,
    event: Event,
    overrides: tuple[Override, ...],
    size: float,
    reason: str | None = None,
) -> Plant:
    first = overrides[0]
    planted = Planted(
        kind=kind,
        event_id=event.event_id,
        market_key=first.market_key,
        starts=first.starts,
        ends=first.ends,
        legs=tuple(_leg(event, override) for override in overrides),
        size=round(size, 4),
        reason=reason,
    )
    return Plant(planted, overrides)


def _leg(event: Event, override: Override) -> PlantedLeg:
    line = override.line
    if override.market_key == "totals":
        return PlantedLeg(override.bookmaker_key, ("Over", "Under")[override.side], line)
    name = (event.home_shown, event.away_shown)[override.side]
    point = None if line is None else (line, -line)[override.side]
    return PlantedLeg(override.bookmaker_key, name, point)
