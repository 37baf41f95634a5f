"""Quotes flattened straight from recorded JSON, by nothing but nested loops."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tests.oracle.responses import (
    Line,
    ResponseIdOf,
    captured_at_of,
    own_response_id,
    read_request,
    well_formed_events,
)
from tests.oracle.values import (
    MICROSECONDS_PER_MINUTE,
    is_lower,
    is_many_line,
    parse_time,
    read_price,
)


class Quote(NamedTuple):
    """A row of `fct_odds`; `line` is the point where it is part of the key."""

    event_id: str
    bookmaker_key: str
    market_key: str
    outcome_name: str
    outcome_description: str | None
    line: float | None
    point: float | None
    american_price: int | None
    decimal_price: float | None
    captured_at: int
    market_updated_at: int | None
    is_stale: bool
    is_in_play: bool
    response_id: str


def flatten(
    lines: Iterable[Line], response_id_of: ResponseIdOf = own_response_id
) -> Iterator[Quote]:
    """One row per response and quote, in the order of `lines`; repeated responses count once."""
    done: set[str] = set()
    for line in lines:
        request = read_request(line)
        listed = None if request is None else well_formed_events(line, request)
        captured_at = captured_at_of(line)
        if request is None or not request.is_odds or listed is None or captured_at is None:
            continue
        response_id = response_id_of(line)
        if response_id not in done:
            done.add(response_id)
            is_american = line["params"].get("oddsFormat") == "american"
            yield from _flatten_events(listed, captured_at, response_id, is_american=is_american)


def _flatten_events(
    listed: list[dict[str, Any]], captured_at: int, response_id: str, *, is_american: bool
) -> Iterator[Quote]:
    events: set[str] = set()
    for event in listed:
        commence_time = parse_time(event.get("commence_time"))
        if commence_time is None or not event.get("id") or event["id"] in events:
            continue
        events.add(event["id"])
        quotes: dict[tuple[object, ...], Quote] = {}
        for book in event.get("bookmakers") or ():
            for market in book.get("markets") or ():
                updated_at = parse_time(market.get("last_update") or book.get("last_update"))
                for outcome in market.get("outcomes") or ():
                    point = None if outcome.get("point") is None else float(outcome["point"])
                    american, decimal = read_price(outcome.get("price"), is_american=is_american)
                    key = (
                        event["id"],
                        book["key"],
                        market["key"],
                        outcome["name"],
                        outcome.get("description"),
                        point if is_many_line(market["key"]) else None,
                    )
                    if key in quotes and not is_lower(decimal, quotes[key].decimal_price):
                        continue
                    age = 0 if updated_at is None else captured_at - updated_at
                    quotes[key] = Quote(
                        *key,
                        point,
                        american,
                        decimal,
                        captured_at,
                        updated_at,
                        age > 15 * MICROSECONDS_PER_MINUTE,
                        captured_at >= commence_time,
                        response_id,
                    )
        yield from quotes.values()
