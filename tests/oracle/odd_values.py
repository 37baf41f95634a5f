"""Answers with odd values: any node of their JSON edited, taken out, doubled or moved."""

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

from tests.oracle.edits import Mutation, seeded
from tests.oracle.responses import Line

# what servers have been seen to send in place of a value, and what they might
ODD: list[Any] = [
    None, True, False, "", " ", "EVEN", "N/A", "-110", "+150", "1.91", "5/2", "1e3", "TBD", "0x1F",
    0, -0.0, 0.85, 1, 1.0, -1.2, 50, -110.5, 1.0000001, 2**31, -(2**31) - 1, 2**53 + 1, 99999999999,
    1e308, -1e308, 10_000_000.5, 1_000_000, 1_000_000.1, 1e-9,
    [], {}, [[]], [None], ["a"], [1], {"price": -110}, {"id": "x"}, [{"key": "b"}],
    "2026-02-30T00:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
    "2026-07-10T19:00:00-05:00", "2026-07-10T19:00:00", "2026-07-10", "2026-07-10T24:00:00Z",
    "2026-07-10 19:00:00Z", "2026-07-10t19:00:00z", "2026-07-10T19:00Z", "2026-07-10T19:00:00.25Z",
    "2026-07-10T19:00:60Z", 1783710000, "1783710000", 1783710000000, 10**12, -1,
    "a\x00b", "a\x07b", "\u202eevil", "\x1b[31mred", "x" * 200, "x" * 201, "x" * 10_000, "é" * 200,
    "a,b", "a|b", "a'b", 'a"b', "a\\b", "{{ ref('x') }}", "%s", "NaN", "null", "🏀", "Ünïcode",
]  # fmt: skip
KEYS = [
    *("id", "key", "name", "price", "point", "description", "commence_time", "last_update"),
    *("bookmakers", "markets", "outcomes", "sport_key", "home_team", "listing", "data"),
]

Place = tuple[Any, Any]


def odd_values(*, seed: int, share: float = 0.5, most: int = 4) -> Mutation:
    """In a share of the lines, edit up to `most` nodes of the body."""

    def mutate(lines: list[Line]) -> list[Line]:
        return [_perhaps(line, seeded("odd_values", seed, n)) for n, line in enumerate(lines)]

    def _perhaps(line: Line, random: Random) -> Line:
        if not isinstance(line["body"], list | dict) or random.random() >= share:
            return line
        return {**line, "body": edit(line["body"], random, random.randint(1, most))}

    return mutate


def edit(body: Any, random: Random, times: int) -> Any:
    """A copy of the body with so many of its nodes edited."""
    body = deepcopy(body)
    for _ in range(times):
        places = list(_places(body))
        if not places:
            break
        parent, step = random.choice(places)
        _edit_node(parent, step, random)
    return body


def _edit_node(parent: Any, step: Any, random: Random) -> None:
    how = random.random()
    if how < 0.70:
        parent[step] = deepcopy(random.choice(ODD))
    elif how < 0.80:
        del parent[step]
    elif isinstance(parent, list):
        # listed twice, alike or not, or something else between
        twin = deepcopy(parent[step])
        if isinstance(twin, dict) and isinstance(twin.get("price"), int | float):
            twin["price"] = random.choice([twin["price"], -125, 115, 2.2])
        between = [twin, twin, deepcopy(random.choice(ODD))]
        parent.insert(random.randint(0, len(parent)), random.choice(between))
    else:
        parent[random.choice(KEYS)] = deepcopy(random.choice(ODD))


def _places(node: Any) -> Iterator[Place]:
    """Every node below this one, as its parent and the step to it."""
    steps = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for step in steps:
        yield node, step
        yield from _places(node[step])
