"""Evenings of the small season weeks apart, or weeks long: what is forgotten, and when.

Else all happens within a day: a window that ends before what is known by now, and a game that
nobody asks about any more, need longer.
"""

from collections.abc import Callable

import orjson

from tests.oracle.edits import Json, Mutation, captured, edit_events, moved_to
from tests.oracle.responses import Line
from tests.oracle.small_season import GAMES, small_season
from tests.oracle.values import MICROSECONDS_PER_MINUTE, parse_time, to_iso

SECOND = 1_000_000
DAY = 24 * 60 * MICROSECONDS_PER_MINUTE


def weeks_apart(
    mutation: Callable[[int], Mutation],
    *,
    seed: int,
    evenings: int = 3,
    days: int = 9,
    slower: int = 1,
) -> list[Line]:
    """Evenings, bent and with games of their own, `days` apart and `slower` times as long."""
    lines: list[Line] = []
    for number in range(evenings):
        own_seed = seed + 10 * number
        evening = _renamed(mutation(own_seed)(small_season(seed=own_seed)), f"{number}_")
        begins_at = min(map(captured, evening))

        def later(moment: int, begins_at: int = begins_at, number: int = number) -> int:
            passed = (moment - begins_at) * slower
            return (begins_at + passed + number * days * DAY) // SECOND * SECOND

        lines += [_retimed(line, later) for line in evening]
    return lines


def _renamed(lines: list[Line], prefix: str) -> list[Line]:
    text = orjson.dumps(lines).decode()
    for name, *_ in GAMES:
        for quoted in (f'"{name}"', f"/{name}/"):
            text = text.replace(quoted, quoted[0] + prefix + quoted[1:])
    renamed: list[Line] = orjson.loads(text)
    return renamed


def _retimed(line: Line, later: Callable[[int], int]) -> Line:
    """Everything in the line happens later; stamps keep their age."""
    captured_at = captured(line)

    def stamped(thing: Json) -> Json:
        stamp = parse_time(thing.get("last_update"))
        if stamp is None:
            return thing
        return {**thing, "last_update": to_iso(later(captured_at) - (captured_at - stamp))}

    def edit(_: Line, event: Json) -> Json:
        books = [
            stamped({**book, "markets": [stamped(market) for market in book["markets"]]})
            for book in event["bookmakers"]
        ]
        start = parse_time(event["commence_time"])
        assert start is not None
        return {**event, "commence_time": to_iso(later(start)), "bookmakers": books}

    (edited,) = edit_events([line], edit)
    params = {
        name: to_iso(later(parse_time(value) or 0)) if name.startswith("commenceTime") else value
        for name, value in edited["params"].items()
    }
    return moved_to({**edited, "params": params}, later(captured_at))
