"""A tiny recording out of thin air: a day of three games, quoted by four books."""

from random import Random
from typing import Any

from tests.oracle.builder import AWAY, HOME, book, event, h2h, market, micros, odds, spreads
from tests.oracle.edits import MINUTE, seeded
from tests.oracle.responses import Line
from tests.oracle.values import parse_time, to_iso

BOOKS = ["draftkings", "fanduel", "bovada", "matchbook"]
GAMES = [("first", "18:00", "18:02:27"), ("second", "20:00", "19:58"), ("last", "22:00", "22:00")]
PLAYED = 90 * MINUTE


def small_season(*, seed: int = 1, interval: int = 10) -> list[Line]:
    """Sport calls every `interval` minutes from 12:00 to midnight; games show 90 min in play."""
    random = seeded(seed)
    quotes: dict[tuple[str, str], list[dict[str, Any]]] = {}
    lines = []
    moment, end = micros("12:00"), micros("11T00:00")
    while moment <= end:
        clock = to_iso(moment)[8:-1]
        games = []
        for event_id, scheduled, played_from in GAMES:
            is_in_play = moment >= micros(scheduled)
            if moment > micros(scheduled) + PLAYED:
                continue
            start = played_from if is_in_play else scheduled
            books = []
            for key in BOOKS[: 3 if is_in_play else 4]:
                if (event_id, key) not in quotes or random.random() < 0.2:
                    quotes[event_id, key] = _markets(random, has_lay=key == "matchbook")
                books.append(book(key, *quotes[event_id, key]))
            games.append(event(event_id, start, *books))
        lines.append(odds(clock, *games))
        moment += interval * MINUTE + random.choice([0, 0, 1_000_000, -1_000_000])
    assert all(parse_time(line["received_at"]) for line in lines)
    return lines


def _markets(random: Random, *, has_lay: bool) -> list[dict[str, Any]]:
    favourite = random.choice([-130, -125, -120])
    point = random.choice([1.5, 2, 2.5])
    total = random.choice([8, 8.5, 9])
    markets = [
        h2h(favourite, 105),
        spreads((-110, -point), (-110, point)),
        market("totals", {"Over": (-105, total), "Under": (-115, total)}),
    ]
    if has_lay:
        markets.append(market("h2h_lay", {HOME: favourite - 5, AWAY: 110}))
    return markets
