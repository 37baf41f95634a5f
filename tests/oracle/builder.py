"""Terse helpers to write a recording by hand, for scenarios of a few events and books."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.oracle.responses import Line
from tests.oracle.values import MICROSECONDS_PER_SECOND, parse_time, to_iso

DAY = 10
SPORT = "baseball_mlb"
HOME, AWAY = "Boston Red Sox", "New York Yankees"

Cell = float | tuple[float, float]
Prices = Mapping[str | tuple[str, str], Cell] | Sequence[tuple[str, str | None, float, float]]


def at(clock: str) -> str:
    """`18:30`, `18:30:05.250` or `11T18:30` (another day of July 2026) as the API writes it."""
    day, _, time = clock.rpartition("T")
    return to_iso(micros(f"{int(day or DAY):02}T{time}"))


def micros(clock: str) -> int:
    """The same moment as `at`, in microseconds since the epoch."""
    day, _, time = clock.rpartition("T")
    moment = parse_time(f"2026-07-{int(day or DAY):02}T{time}Z")
    assert moment is not None
    return moment


def market(key: str, prices: Prices, *, updated: str | None = None) -> dict[str, Any]:
    """A market; prices map a name, or (name, description), to a price or (price, point).

    Markets of many lines take a sequence of (name, description or None, price, point).
    """
    outcomes = (
        [_from_mapping(who, cell) for who, cell in prices.items()]
        if isinstance(prices, Mapping)
        else [_outcome(*row) for row in prices]
    )
    stamp = {} if updated is None else {"last_update": at(updated)}
    return {"key": key, **stamp, "outcomes": outcomes}


def _from_mapping(who: str | tuple[str, str], cell: Cell) -> dict[str, Any]:
    name, description = who if isinstance(who, tuple) else (who, None)
    price, point = cell if isinstance(cell, tuple) else (cell, None)
    return _outcome(name, description, price, point)


def _outcome(
    name: str, description: str | None, price: float, point: float | None
) -> dict[str, Any]:
    outcome: dict[str, Any] = {"name": name, "price": price}
    if description is not None:
        outcome["description"] = description
    if point is not None:
        outcome["point"] = point
    return outcome


def h2h(home: float, away: float, draw: float | None = None) -> dict[str, Any]:
    prices: dict[str | tuple[str, str], Cell] = {HOME: home, AWAY: away}
    if draw is not None:
        prices["Draw"] = draw
    return market("h2h", prices)


def spreads(home: tuple[float, float], away: tuple[float, float]) -> dict[str, Any]:
    """Spreads as (price, point) of each team."""
    return market("spreads", {HOME: home, AWAY: away})


def book(key: str, *markets: dict[str, Any], updated: str | None = None) -> dict[str, Any]:
    """A book; `updated` stamps the book alone (markets carry their own)."""
    stamp = {} if updated is None else {"last_update": at(updated)}
    return {"key": key, "title": key.title(), **stamp, "markets": list(markets)}


def event(
    event_id: str,
    start: str,
    *books: dict[str, Any],
    home: str = HOME,
    away: str = AWAY,
    sport: str = SPORT,
) -> dict[str, Any]:
    """An event as an odds endpoint lists it."""
    return {
        "id": event_id,
        "sport_key": sport,
        "sport_title": sport,
        "commence_time": at(start),
        "home_team": home,
        "away_team": away,
        "bookmakers": list(books),
    }


def odds(
    clock: str,
    *events: dict[str, Any],
    sport: str = SPORT,
    markets: str = "h2h,spreads,totals",
    **params: str,
) -> Line:
    """A sport call served at `clock`, of region `us` unless params name regions or bookmakers."""
    return _line(
        f"/v4/sports/{sport}/odds", clock, _asked(markets, params), _stamped(clock, events)
    )


def event_odds(
    clock: str, shown: dict[str, Any], *, markets: str = "h2h,spreads,totals", **params: str
) -> Line:
    """An event call: the body is one event."""
    endpoint = f"/v4/sports/{shown['sport_key']}/events/{shown['id']}/odds"
    (body,) = _stamped(clock, [shown])
    return _line(endpoint, clock, _asked(markets, params), body)


def historical_odds(
    clock: str, *events: dict[str, Any], received: str, sport: str = SPORT, **params: str
) -> Line:
    """A historical sport call: the snapshot of `clock`, fetched at `received`."""
    body = {"timestamp": at(clock), "data": _stamped(clock, events)}
    asked = {"date": at(clock), **_asked("h2h,spreads,totals", params)}
    return _line(f"/v4/historical/sports/{sport}/odds", received, asked, body)


def event_list(clock: str, *events: dict[str, Any], sport: str = SPORT) -> Line:
    """An `/events` call: the same events without their books."""
    return _line(f"/v4/sports/{sport}/events", clock, {}, _without_books(events))


def scores(clock: str, *events: dict[str, Any], sport: str = SPORT) -> Line:
    """A `/scores` call before any score is known."""
    unknown = {"completed": False, "scores": None, "last_update": None}
    body = [{**shown, **unknown} for shown in _without_books(events)]
    return _line(f"/v4/sports/{sport}/scores", clock, {}, body)


def error(clock: str, *, status: int = 429, sport: str = SPORT) -> Line:
    """An odds call that failed."""
    body = {"message": "Request failed.", "error_code": "EXCEEDED_FREQ_LIMIT", "details_url": ""}
    line = _line(f"/v4/sports/{sport}/odds", clock, _asked("h2h,spreads,totals", {}), body)
    return {**line, "status": status}


def _asked(markets: str, params: Mapping[str, str]) -> dict[str, str]:
    asked = {"oddsFormat": "american", **params}
    if "regions" not in params and "bookmakers" not in params:
        asked["regions"] = "us"
    return {"markets": markets, **asked} if markets else asked


def _line(endpoint: str, clock: str, params: dict[str, str], body: Any) -> Line:
    return {
        "endpoint": endpoint,
        "params": params,
        "received_at": at(clock),
        "status": 200,
        "headers": {},
        "body": body,
    }


def _without_books(events: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in shown.items() if name != "bookmakers"} for shown in events
    ]


def _stamped(clock: str, events: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stamp markets that carry no stamp, under books that carry none, 30 s before `clock`."""
    fresh = to_iso(micros(clock) // MICROSECONDS_PER_SECOND * MICROSECONDS_PER_SECOND - 30_000_000)
    return [
        {**shown, "bookmakers": [_stamped_book(each, fresh) for each in shown["bookmakers"]]}
        for shown in events
    ]


def _stamped_book(each: dict[str, Any], fresh: str) -> dict[str, Any]:
    if "last_update" in each:
        return each
    return {**each, "markets": [{"last_update": fresh, **shown} for shown in each["markets"]]}
