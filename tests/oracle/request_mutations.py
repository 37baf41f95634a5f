"""Calls asked otherwise than the recording's: params and bodies are changed alike.

Same contract as `mutations`: `list[line] -> list[line]`, decided by the seed, input left alone.
"""

from random import Random
from typing import Any

from tests.oracle.edits import (
    MINUTE,
    Json,
    Mutation,
    announced_starts,
    books_of,
    captured,
    edit_markets,
    events_of,
    every,
    is_sport_call,
    keep_books,
    keep_markets,
    moved_to,
    seeded,
    with_events,
    with_params,
)
from tests.oracle.responses import Line, is_historical
from tests.oracle.values import parse_time, to_iso

SECOND = 1_000_000


def one_market_each_second(*, seed: int, step: int = 2) -> Mutation:
    """Every second call asks for one of its markets."""

    def mutate(lines: list[Line]) -> list[Line]:
        random = seeded(seed)
        mutated = []
        for line, is_turn in every(lines, step):
            market = random.choice(line["params"].get("markets", "h2h").split(","))
            changed = keep_markets(with_params(line, markets=market), [market]) if is_turn else line
            mutated.append(changed)
        return mutated

    return mutate


def shows_more_than_asked(*, seed: int, share: float = 0.4) -> Mutation:
    """Calls ask for `h2h` alone, and a `share` of them is shown the other markets all the same."""

    def mutate(lines: list[Line]) -> list[Line]:
        random = seeded(seed)
        asked = [with_params(line, markets="h2h") for line in lines]
        return [line if random.random() < share else keep_markets(line, ["h2h"]) for line in asked]

    return mutate


def one_book_each_second(*, seed: int, step: int = 2, most: int = 1) -> Mutation:
    """Every second call names up to `most` books instead of regions."""

    def mutate(lines: list[Line]) -> list[Line]:
        random, books = seeded(seed), books_of(lines)
        mutated = []
        for line, is_turn in every(lines, step):
            named = random.sample(books, random.randint(1, min(most, len(books))))
            asked = with_params(line, regions=None, bookmakers=",".join(named))
            mutated.append(keep_books(asked, named) if is_turn else line)
        return mutated

    return mutate


def alternating_regions(*, seed: int, wide_only: int = 2) -> Mutation:
    """Calls ask by turns for `us` and `us,us2`; a few books appear in the wider answer only."""

    def mutate(lines: list[Line]) -> list[Line]:
        random, books = seeded(seed), books_of(lines)
        wide = set(random.sample(books, min(wide_only, len(books) - 1)))
        narrow = [book for book in books if book not in wide]
        mutated = []
        for line in lines:
            if not is_sport_call(line) or "bookmakers" in line["params"]:
                mutated.append(line)
            elif random.random() < 0.5:
                mutated.append(with_params(line, regions="us,us2"))
            else:
                mutated.append(keep_books(with_params(line, regions="us"), narrow))
        return mutated

    return mutate


def filtered_calls(*, seed: int, step: int = 3) -> Mutation:
    """Every third call filters its events, by time of start or by id."""

    def mutate(lines: list[Line]) -> list[Line]:
        random = seeded(seed)
        ids = sorted(announced_starts(lines))
        return [
            _filtered(line, random, ids) if is_turn and events_of(line) else line
            for line, is_turn in every(lines, step)
        ]

    return mutate


def _filtered(line: Line, random: Random, ids: list[str]) -> Line:
    events = events_of(line)
    if random.random() < 0.5:
        listed = [event["id"] for event in events]
        named = set(random.sample(listed, (len(listed) + 1) // 2)) | set(random.sample(ids, 1))
        kept = [event for event in events if event["id"] in named]
        return with_events(with_params(line, eventIds=",".join(sorted(named))), kept)
    # a bound that is some event's own start tries the bound itself
    bound = parse_time(random.choice(events)["commence_time"]) or 0
    bound += random.choice([-1, 0, 0, 1]) * SECOND
    is_upper = random.random() < 0.7
    kept = [
        event
        for event in events
        if _is_inside(parse_time(event["commence_time"]) or 0, bound, is_upper=is_upper)
    ]
    name = "commenceTimeTo" if is_upper else "commenceTimeFrom"
    return with_events(with_params(line, **{name: to_iso(bound)}), kept)


def _is_inside(start: int, bound: int, *, is_upper: bool) -> bool:
    return start <= bound if is_upper else start >= bound


def event_calls(*, seed: int, step: int = 4) -> Mutation:
    """Event calls come between: alternate spreads and props, now and then h2h too."""

    def mutate(lines: list[Line]) -> list[Line]:
        random = seeded(seed)
        mutated = []
        for line, is_turn in every(lines, step):
            mutated.append(line)
            if is_turn and events_of(line):
                mutated.append(_event_call(line, random))
        return mutated

    return mutate


def _event_call(line: Line, random: Random) -> Line:
    # few events, asked about again and again, so that calls meet each other's quotes
    event = min(events_of(line)[:3], key=lambda _: random.random())
    markets = ["alternate_spreads", "player_points"]
    markets += ["h2h"] if random.random() < 0.3 else []
    shown = {**event, "bookmakers": [_extra(book, random) for book in event["bookmakers"][:4]]}
    shown = edit_markets(shown, lambda _, each: each if each["key"] in markets else None)
    asked = with_params(line, markets=",".join(markets))
    prefix = "/v4/historical/sports" if is_historical(line) else "/v4/sports"
    endpoint = f"{prefix}/{event['sport_key']}/events/{event['id']}/odds"
    later = moved_to({**asked, "endpoint": endpoint}, captured(line) + 7 * SECOND)
    return with_events(later, [shown])


def _extra(book: Json, random: Random) -> Json:
    stamp = book.get("last_update")
    spreads = [market for market in book["markets"] if market["key"] == "spreads"]
    extras: list[dict[str, Any]] = []
    if spreads and random.random() < 0.9:
        outcomes = [
            {**outcome, "point": outcome["point"] + shift, "price": outcome["price"] + shift * 10}
            for outcome in spreads[0]["outcomes"]
            for shift in (-1, 0, 1)
            if random.random() < 0.8
        ]
        extras.append({"key": "alternate_spreads", "last_update": stamp, "outcomes": outcomes})
    players = [name for name in ("José Ramírez", "Zoë O'Neil-Łuk") if random.random() < 0.8]
    props = [
        {
            "name": side,
            "description": player,
            "price": random.choice([-115, -110, 105]),
            "point": 4.5,
        }
        for player in players
        for side in ("Over", "Under")
    ]
    extras.append({"key": "player_points", "last_update": stamp, "outcomes": props})
    # the API leaves out a market without outcomes
    extras = [market for market in extras if market["outcomes"]]
    return {**book, "markets": [*book["markets"], *extras]}


def upcoming_calls(*, seed: int, step: int = 4) -> Mutation:
    """`upcoming` calls come between: live games and the next eight, a price moved, one missing."""

    def mutate(lines: list[Line]) -> list[Line]:
        random = seeded(seed)
        mutated = []
        for line, is_turn in every(lines, step):
            mutated.append(line)
            if is_turn and not is_historical(line):
                mutated.append(_upcoming(line, random))
        return mutated

    return mutate


def _upcoming(line: Line, random: Random) -> Line:
    def nudged(_: Json, market: Json) -> Json | None:
        drawn = random.random()
        if drawn < 0.05:
            return None
        outcomes = market["outcomes"]
        if drawn < 0.1:
            return {**market, "outcomes": outcomes[1:]} if outcomes[1:] else None
        if drawn < 0.2:
            moved = {**outcomes[0], "price": outcomes[0]["price"] + 5}
            return {**market, "outcomes": [moved, *outcomes[1:]]}
        return market

    later = moved_to(line, captured(line) + 11 * SECOND)
    events = sorted(events_of(line), key=lambda event: str(event["commence_time"]))
    live = [e for e in events if (parse_time(e["commence_time"]) or 0) <= captured(line)]
    following = [e for e in events if (parse_time(e["commence_time"]) or 0) > captured(line)]
    shown = [edit_markets(event, nudged) for event in live + following[:8]]
    return with_events({**later, "endpoint": "/v4/sports/upcoming/odds"}, shown)


def event_lists(*, seed: int, step: int = 5) -> Mutation:
    """`/events` and `/scores` calls come between, some with starts the odds do not show."""

    def mutate(lines: list[Line]) -> list[Line]:
        random = seeded(seed)
        mutated = []
        for line, is_turn in every(lines, step):
            mutated.append(line)
            if is_turn and not is_historical(line):
                mutated.append(_event_list(line, random))
        return mutated

    return mutate


def _event_list(line: Line, random: Random) -> Line:
    is_scores = random.random() < 0.5
    scores = {"completed": False, "scores": None, "last_update": None} if is_scores else {}
    listed = []
    for event in events_of(line):
        start = (parse_time(event["commence_time"]) or 0) // SECOND * SECOND
        moved = start + random.choice([0, 0, 0, 10, -10]) * MINUTE
        head = {name: value for name, value in event.items() if name != "bookmakers"}
        listed.append({**head, "commence_time": to_iso(moved), **scores})
    endpoint = line["endpoint"].removesuffix("odds") + ("scores" if is_scores else "events")
    later = moved_to(line, captured(line) + 17 * SECOND)
    return {**later, "endpoint": endpoint, "params": {}, "body": listed}


def same_instant(*, seed: int, step: int = 3) -> Mutation:
    """Every third call has a twin of wider regions served at the same instant, prices apart."""

    def mutate(lines: list[Line]) -> list[Line]:
        random = seeded(seed)
        mutated = []
        for line, is_turn in every(lines, step):
            mutated.append(line)
            if is_turn and "regions" in line["params"]:
                twin = _upcoming(line, random)
                wide = line["params"]["regions"] + ",us2"
                at_once = moved_to({**twin, "endpoint": line["endpoint"]}, captured(line))
                mutated.append(with_params(at_once, regions=wide))
        return mutated

    return mutate
