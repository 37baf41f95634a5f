"""The same evening several times over, each copy with another future after its decisions."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from analysis.backtest.moments import CLOCKS, Clock
from tests.analysis.lookahead.world import MOMENTS, known_at
from tests.oracle import Line
from tests.oracle.edits import Json, captured, events_of, seeded, with_events
from tests.oracle.values import MICROSECONDS_PER_MINUTE, parse_time, to_datetime, to_iso

UNTOUCHED = "untouched"
NEW_YORK = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)
MARK = "~"
# what later rows may do to a game
FATES = ("prices", "gone", "start", "renamed", "everything")


class Snapshot(NamedTuple):
    """What one call says of an event; `known_at` by the clock in question."""

    known_at: datetime
    captured_at: datetime
    commence_time: datetime
    is_listed: bool


def variants() -> list[tuple[str, Clock, str]]:
    """The moment and clock of each touched copy, with its name."""
    return [
        (moment, clock, f"{moment}-{clock}".replace(":", ""))
        for moment in MOMENTS
        for clock in CLOCKS
    ]


def with_futures(lines: list[Line], *, seed: int) -> list[Line]:
    """Every game once untouched, and once per variant, touched as soon as that has decided."""
    decided = {
        name: {
            event_id: decision(seen, moment) for event_id, seen in snapshots(lines, clock).items()
        }
        for moment, clock, name in variants()
    }
    return [with_events(line, list(_copies(line, decided, seed=seed))) for line in lines]


def _copies(
    line: Line, decided: Mapping[str, Mapping[str, datetime | None]], *, seed: int
) -> Iterator[Json]:
    for event in events_of(line):
        yield named(event, UNTOUCHED)
        for _, clock, name in variants():
            known = known_at(line) if clock == "ingested" else to_datetime(captured(line))
            after = decided[name].get(event["id"])
            if after is None or known <= after:
                yield named(event, name)
                continue
            changed = otherwise(event, line, seed=seed)
            if changed is not None:
                yield named(changed, name)


def named(event: Json, name: str) -> Json:
    """The event under an id and team names of its own."""
    own = {event["home_team"]: f"{event['home_team']}{MARK}{name}"}
    own[event["away_team"]] = f"{event['away_team']}{MARK}{name}"
    copied = {
        **event,
        "id": f"{event['id']}{MARK}{name}",
        "home_team": own[event["home_team"]],
        "away_team": own[event["away_team"]],
    }
    if "bookmakers" in event:
        copied["bookmakers"] = [
            {
                **book,
                "markets": [
                    {**market, "outcomes": [_renamed(each, own) for each in market["outcomes"]]}
                    for market in book["markets"]
                ],
            }
            for book in event["bookmakers"]
        ]
    if event.get("scores"):
        copied["scores"] = [_renamed(each, own) for each in event["scores"]]
    return copied


def _renamed(named_thing: Json, own: Mapping[str, str]) -> Json:
    return {**named_thing, "name": own.get(named_thing["name"], named_thing["name"])}


def of_copy(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows of one copy, under the names all copies share."""
    rows = frame[frame["event_id"].str.endswith(MARK + name)].reset_index(drop=True)
    for column in ("event_id", "home_team", "away_team", "outcome_name", "bet_group"):
        if column in rows:
            rows[column] = rows[column].str.replace(MARK + name, "", regex=False)
    return rows


def otherwise(event: Json, line: Line, *, seed: int) -> Json | None:
    """What a later line might have said instead; None where it no longer lists the game."""
    fate = seeded(seed, event["id"]).choice(FATES)
    random = seeded(seed, event["id"], captured(line))
    changed = dict(event)
    if "scores" in event:
        changed["scores"] = [
            {**each, "score": str(random.randint(80, 140))} for each in event["scores"] or []
        ]
        return changed
    if fate == "gone" or (fate == "everything" and random.random() < 0.3):
        return None
    if fate in ("start", "everything"):
        start = parse_time(event["commence_time"])
        assert start is not None
        # a new start stays mostly what it was announced to be
        hours = seeded(seed, event["id"], "hours").choice([-2, 1, 3, 30])
        hours += random.choice([0, 0, 0, -1, 1])
        changed["commence_time"] = to_iso(start + hours * 60 * MICROSECONDS_PER_MINUTE)
    if fate in ("renamed", "everything"):
        changed = named(changed, "renamed")
        changed["id"] = event["id"]
    if fate in ("prices", "everything"):
        changed["bookmakers"] = [
            _other_book(book, random) for book in changed["bookmakers"] if random.random() > 0.2
        ]
    return changed


def _other_book(book: Json, random: Random) -> Json:
    markets = []
    for market in book["markets"]:
        if random.random() < 0.2:
            continue
        outcomes = []
        for outcome in market["outcomes"]:
            other = {**outcome, "price": random.choice([-1, 1]) * random.randint(101, 400)}
            if "point" in outcome:
                other["point"] = outcome["point"] + random.choice([-1.5, 0, 2])
            outcomes.append(other)
        random.shuffle(outcomes)
        changed = {**market, "outcomes": outcomes}
        if random.random() < 0.2:
            changed["last_update"] = "2026-01-29T00:00:00Z"
        markets.append(changed)
    return {**book, "markets": markets}


def snapshots(lines: list[Line], clock: Clock) -> dict[str, list[Snapshot]]:
    """What the calls say of each event, as far as they quote, in the order it became known."""
    seen: dict[str, list[Snapshot]] = {}
    in_order = sorted((line for line in lines if "/odds" in line["endpoint"]), key=captured)
    for line in in_order:
        captured_at = to_datetime(captured(line))
        known = known_at(line) if clock == "ingested" else captured_at
        shown = {event["id"]: event for event in events_of(line)}
        for event_id, event in shown.items():
            start = parse_time(event["commence_time"])
            assert start is not None
            seen.setdefault(event_id, []).append(
                Snapshot(known, captured_at, to_datetime(start), is_listed=True)
            )
        for event_id, before in seen.items():
            if event_id not in shown and before[-1].is_listed:
                before.append(
                    Snapshot(known, captured_at, before[-1].commence_time, is_listed=False)
                )
    return {event_id: sorted(known) for event_id, known in seen.items()}


def decision(seen: list[Snapshot], moment: str) -> datetime | None:
    """When somebody who knows but this decides on the game; None where never."""
    if moment == "tier:closing":
        due = [
            each.known_at
            for each in seen
            if each.is_listed
            and timedelta() < each.commence_time - each.captured_at <= 3 * HOUR
            and each.known_at < each.commence_time
        ]
        return min(due, default=None)
    due = []
    for each, following in zip(seen, [*seen[1:], None], strict=True):
        at = _before_start(each.commence_time, moment)
        is_next = following is not None and following.known_at <= at
        if each.is_listed and each.known_at <= at and not is_next:
            due.append(at)
    return min(due, default=None)


def _before_start(start: datetime, moment: str) -> datetime:
    if moment == "1h":
        return start - HOUR
    hour, minute = map(int, moment.split(":"))
    local = start.astimezone(NEW_YORK)
    at = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if at.astimezone(ZoneInfo("UTC")) >= start:
        at = (local - timedelta(days=1)).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return at.astimezone(ZoneInfo("UTC"))
