"""Bodies as text, in the API's field order; the small pieces all endpoints share."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from simulator.catalogue import SPORT_KEY, SPORT_TITLE
from simulator.clock import to_iso
from simulator.lives import Event
from simulator.quotes import Outcome
from simulator.randomness import mix


@dataclass(frozen=True)
class Style:
    """How a caller wants odds written. `key` tells styles apart in caches."""

    markets: tuple[str, ...] = ("h2h",)
    is_american: bool = False
    is_iso: bool = True
    has_links: bool = False
    has_sids: bool = False
    has_bet_limits: bool = False
    has_rotations: bool = False
    has_book_stamps: bool = True

    @cached_property
    def key(self) -> str:
        """The same for equal styles only."""
        return repr(self)

    @cached_property
    def nulls(self) -> str:
        """The links and ids of markets and outcomes, where asked for: always null here."""
        wanted = (("link", self.has_links), ("sid", self.has_sids))
        return "".join(f',"{name}":null' for name, is_wanted in wanted if is_wanted)

    def moment(self, seconds: int) -> str:
        """A time as JSON."""
        return f'"{to_iso(seconds)}"' if self.is_iso else str(seconds)


@lru_cache(maxsize=4096)
def text(value: str) -> str:
    """A string as JSON, accents as they are."""
    return json.dumps(value, ensure_ascii=False)


def number(value: float) -> str:
    """A number as JSON, whole ones without a fraction."""
    return str(int(value)) if value == int(value) else repr(value)


def event_head(event: Event, seconds: int, style: Style) -> str:
    """The fields all endpoints share, without the closing brace."""
    rotation = ""
    if style.has_rotations:
        rotation = f',"home_rotation":{event.rotation + 1},"away_rotation":{event.rotation}'
    return (
        f'{{"id":"{event.event_id}","sport_key":"{SPORT_KEY}","sport_title":"{SPORT_TITLE}",'
        f'"commence_time":{style.moment(event.commence(seconds))},'
        f'"home_team":{text(event.home_shown)},"away_team":{text(event.away_shown)}{rotation}'
    )


def score_entry(
    event: Event, seconds: int, style: Style, score: tuple[int, int] | None, updated: int | None
) -> str:
    """One element of `/scores`; no score before the start."""
    scores = "null"
    if score is not None:
        names = (event.home_shown, event.away_shown)
        scores = (
            "["
            + ",".join(
                f'{{"name":{text(name)},"score":"{points}"}}'
                for name, points in zip(names, score, strict=True)
            )
            + "]"
        )
    return (
        f'{{"id":"{event.event_id}","sport_key":"{SPORT_KEY}","sport_title":"{SPORT_TITLE}",'
        f'"commence_time":{style.moment(event.commence(seconds))},'
        f'"completed":{"true" if seconds >= event.completed else "false"},'
        f'"home_team":{text(event.home_shown)},"away_team":{text(event.away_shown)},'
        f'"scores":{scores},'
        f'"last_update":{"null" if updated is None else style.moment(updated)}}}'
    )


def outcome_entry(outcome: Outcome, style: Style, *, is_exchange: bool) -> str:
    """One outcome, bet limits on exchanges alone."""
    price = str(outcome.price.american) if style.is_american else repr(outcome.price.decimal)
    description = point = limit = ""
    if outcome.description is not None:
        description = f',"description":{text(outcome.description)}'
    if outcome.point is not None:
        point = f',"point":{number(outcome.point)}'
    if style.has_bet_limits and is_exchange:
        limit = f',"bet_limit":{250 + mix(outcome.price.american, 1) % 40 * 50}'
    return (
        f'{{"name":{text(outcome.name)}{description},"price":{price}{point}{style.nulls}{limit}}}'
    )


def market_tail(outcomes: Iterable[Outcome], style: Style, *, is_exchange: bool) -> str:
    """What follows a market's `last_update`."""
    entries = ",".join([outcome_entry(each, style, is_exchange=is_exchange) for each in outcomes])
    return f'{style.nulls},"outcomes":[{entries}]}}'
