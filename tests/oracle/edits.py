"""Edits of recording lines that share what they leave alone; nothing is changed in place."""

from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any

from tests.oracle.responses import (
    Line,
    captured_at_of,
    is_historical,
    listed_items,
    read_request,
)
from tests.oracle.values import MICROSECONDS_PER_MINUTE, parse_time, to_iso

Json = dict[str, Any]
Mutation = Callable[[list[Line]], list[Line]]
MINUTE = MICROSECONDS_PER_MINUTE


def seeded(*parts: object) -> Random:
    """A generator of its own for whatever is named: the same in every run."""
    return Random("|".join(map(str, parts)))


def captured(line: Line) -> int:
    moment = captured_at_of(line)
    assert moment is not None
    return moment


def in_order(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=captured)


def is_odds(line: Line) -> bool:
    """Whether the line is a complete answer of an odds endpoint."""
    request = read_request(line)
    return request is not None and request.is_odds and listed_items(line, request) is not None


def is_sport_call(line: Line) -> bool:
    """Whether the line is a complete answer about one whole sport."""
    request = read_request(line)
    return is_odds(line) and request is not None and request.event_id is None


def events_of(line: Line) -> list[Json]:
    """The event objects of a successful line, whatever its endpoint."""
    body = line["body"]["data"] if is_historical(line) else line["body"]
    return body if isinstance(body, list) else [body]


def with_events(line: Line, events: list[Json]) -> Line:
    """The line with other events in a body of the same shape."""
    request = read_request(line)
    is_single = request is not None and request.event_id is not None
    data: Any = events[0] if is_single else events
    return {**line, "body": {**line["body"], "data": data} if is_historical(line) else data}


def with_params(line: Line, **params: str | None) -> Line:
    """The line with params set, or removed where the value is None."""
    changed = {**line["params"], **params}
    return {**line, "params": {name: value for name, value in changed.items() if value is not None}}


def moved_to(line: Line, moment: int) -> Line:
    """The line as served at another time."""
    if is_historical(line):
        stamp = to_iso(moment // 1_000_000 * 1_000_000)
        return {**line, "received_at": stamp, "body": {**line["body"], "timestamp": stamp}}
    return {**line, "received_at": to_iso(moment)}


def edit_events(lines: list[Line], edit: Callable[[Line, Json], Json | None]) -> list[Line]:
    """Replace, or drop where `edit` gives None, the events of every odds line."""
    edited = []
    for line in lines:
        if not is_odds(line):
            edited.append(line)
            continue
        before = events_of(line)
        after = [changed for event in before if (changed := edit(line, event)) is not None]
        is_same = len(after) == len(before) and all(map(_is, after, before))
        # an event call cannot be empty: it answers 404, which says nothing
        if is_same or (not after and not is_sport_call(line)):
            edited.append(line)
        else:
            edited.append(with_events(line, after))
    return edited


def _is(one: object, other: object) -> bool:
    return one is other


def edit_markets(event: Json, edit: Callable[[Json, Json], Json | None]) -> Json:
    """The event with `edit(book, market)` applied; books left without markets are dropped."""
    books = []
    for book in event["bookmakers"]:
        markets = [kept for market in book["markets"] if (kept := edit(book, market)) is not None]
        if markets:
            books.append({**book, "markets": markets})
    return {**event, "bookmakers": books}


def keep_books(line: Line, keys: Iterable[str]) -> Line:
    """The line as if only these books were asked for (its params are left alone)."""
    wanted = set(keys)
    (cut,) = edit_events(
        [line],
        lambda _, event: {
            **event,
            "bookmakers": [book for book in event["bookmakers"] if book["key"] in wanted],
        },
    )
    return cut


def keep_markets(line: Line, keys: Iterable[str]) -> Line:
    """The line as if only these markets were asked for (its params are left alone)."""
    wanted = set(keys)

    def edit(_: Line, event: Json) -> Json:
        return edit_markets(
            event,
            lambda _, market: market if market["key"].removesuffix("_lay") in wanted else None,
        )

    (cut,) = edit_events([line], edit)
    return cut


def books_of(lines: Iterable[Line]) -> list[str]:
    """Every book ever shown, sorted."""
    return sorted(
        {
            book["key"]
            for line in lines
            if is_odds(line)
            for event in events_of(line)
            for book in event["bookmakers"]
        }
    )


def announced_starts(lines: Iterable[Line]) -> dict[str, int]:
    """The last start announced before it came, per event; the last one seen where none was."""
    announced: dict[str, int] = {}
    seen: dict[str, int] = {}
    for line in in_order(line for line in lines if is_odds(line)):
        for event in events_of(line):
            start = parse_time(event["commence_time"])
            assert start is not None
            seen[event["id"]] = start
            if captured(line) < start:
                announced[event["id"]] = start
    return {**seen, **announced}


class Stretches:
    """For each thing asked about, whether a time lies in one of its random stretches.

    A thing is chosen with probability `share`; its stretch begins between four days before and an
    hour after `anchor` and lasts between `shortest` and `longest` minutes. The answers depend on
    the seed and the thing alone, not on the order of the questions.
    """

    def __init__(self, *, seed: int, share: float, shortest: int = 5, longest: int = 600) -> None:
        self._seed, self._share = seed, share
        self._shortest, self._longest = shortest, longest
        self._drawn: dict[tuple[object, ...], tuple[int, int] | None] = {}

    def span(self, thing: tuple[object, ...], anchor: int) -> tuple[int, int] | None:
        """[from, to) of the thing's stretch, or None where it has none."""
        if thing not in self._drawn:
            random = seeded(self._seed, *thing)
            self._drawn[thing] = (
                self._draw(random, anchor) if random.random() < self._share else None
            )
        return self._drawn[thing]

    def __call__(self, thing: tuple[object, ...], anchor: int, moment: int) -> bool:
        span = self.span(thing, anchor)
        return span is not None and span[0] <= moment < span[1]

    def _draw(self, random: Random, anchor: int) -> tuple[int, int]:
        # half of them lie around the start, where closes are decided
        before = random.choice([random.randint(-60, 180), random.randint(0, 4 * 24 * 60)])
        begin = anchor - before * MINUTE
        return begin, begin + random.randint(self._shortest, self._longest) * MINUTE


def every(lines: list[Line], step: int, offset: int = 1) -> Iterator[tuple[Line, bool]]:
    """Each line with whether it is a sport call whose turn it is (every `step`-th)."""
    turn = 0
    for line in lines:
        is_turn = False
        if is_sport_call(line):
            is_turn = turn % step == offset % step
            turn += 1
        yield line, is_turn
