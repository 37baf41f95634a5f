"""Recording lines read into responses: what was asked, when it was served, what it showed."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from tests.oracle.listings import Listed, counted
from tests.oracle.reading import read_games
from tests.oracle.values import is_many_line, parse_time, read_price, to_datetime

Line = dict[str, Any]
ResponseIdOf = Callable[[Line], str]

# the answer speaks for no game at all
NO_GAMES = frozenset({""})
ENDPOINT = re.compile(
    r"^/v4/(?P<historical>historical/)?sports/(?P<sport>[^/]+)/"
    r"(?:(?P<list>odds|events|scores)|events/(?P<event>[^/]+)/odds)/?$"
)


class Outcome(NamedTuple):
    """One outcome as shown; `line` is the point where it belongs to the quote's key."""

    name: str
    description: str | None
    line: float | None
    point: float | None
    american_price: int | None
    decimal_price: float | None


class Market(NamedTuple):
    """One market of one book in one response: the showing of a piece."""

    bookmaker_key: str
    market_key: str
    updated_at: int | None
    outcomes: tuple[Outcome, ...]


class ShownEvent(NamedTuple):
    """One event as listed in one response."""

    event_id: str
    sport_key: str
    home_team: str | None
    away_team: str | None
    commence_time: int
    markets: tuple[Market, ...]


class Request(NamedTuple):
    """What a response was asked for, as far as it decides what the answer speaks about."""

    sport_key: str
    event_id: str | None
    is_odds: bool
    markets: frozenset[str]
    bookmakers: frozenset[str]
    regions: frozenset[str]
    event_ids: frozenset[str]
    commence_from: int | None
    commence_to: int | None


@dataclass(frozen=True, slots=True)
class Response:
    """A complete response (status 200, well-formed body); `events` by id in payload order."""

    captured_at: int
    response_id: str
    request: Request
    events: dict[str, ShownEvent]


def own_response_id(line: Line) -> str:
    """The architecture's recipe: endpoint, sorted params, time served and payload, hashed."""
    served_at = captured_at_of(line)
    body = line["body"]
    payload = b"" if body is None else orjson.dumps(body)
    parts = [
        line["endpoint"].rstrip("/"),
        orjson.dumps(line["params"], option=orjson.OPT_SORT_KEYS).decode(),
        "" if served_at is None else f"{to_datetime(served_at):%Y-%m-%dT%H:%M:%S.%fZ}",
        hashlib.sha256(payload).hexdigest(),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def is_historical(line: Line) -> bool:
    return str(line["endpoint"]).startswith("/v4/historical/")


def captured_at_of(line: Line) -> int | None:
    """When the API served the response: the envelope's timestamp, else the recorded time."""
    if is_historical(line) and isinstance(line["body"], dict):
        served_at = parse_time(line["body"].get("timestamp"))
        if served_at is not None:
            return served_at
    return parse_time(line.get("captured_at") or line["received_at"])


def _listed(params: dict[str, Any], name: str) -> frozenset[str]:
    return frozenset(part for part in str(params.get(name) or "").split(",") if part)


def read_request(line: Line) -> Request | None:
    """Read the request of a line; None at endpoints that list no events."""
    match = ENDPOINT.match(line["endpoint"])
    if match is None:
        return None
    params = line["params"]
    return Request(
        sport_key=match["sport"],
        event_id=match["event"],
        is_odds=match["event"] is not None or match["list"] == "odds",
        markets=_listed(params, "markets") or frozenset({"h2h"}),
        bookmakers=_listed(params, "bookmakers"),
        regions=_listed(params, "regions"),
        event_ids=_listed(params, "eventIds"),
        commence_from=parse_time(params.get("commenceTimeFrom")),
        commence_to=parse_time(params.get("commenceTimeTo")),
    )


def listed_items(line: Line, request: Request) -> list[Any] | None:
    """The items of a complete response, else None (an error or a malformed body)."""
    if line["status"] != 200:
        return None
    body = line["body"]
    if is_historical(line):
        if not isinstance(body, dict) or parse_time(body.get("timestamp")) is None:
            return None
        body = body.get("data")
    if request.event_id is not None:
        return [body] if isinstance(body, dict) and body else None
    return body if isinstance(body, list) else None


def _sport_of(item: dict[str, Any], request: Request) -> str:
    """Of the list of one sport each game is of that sport, whatever it says itself."""
    if request.sport_key == "upcoming" and item["sport_key"]:
        return str(item["sport_key"])
    return request.sport_key


class Reader:
    """Reads lines; equal outcomes and showings are kept once, since prices mostly stand still."""

    def __init__(self, response_id_of: ResponseIdOf = own_response_id) -> None:
        self._response_id_of = response_id_of
        self._outcomes: dict[Outcome, Outcome] = {}
        self._showings: dict[tuple[Outcome, ...], tuple[Outcome, ...]] = {}

    def read(self, line: Line) -> Response | None:
        """Read one line; None when it shows nothing: an error, another endpoint, a bad body."""
        request = read_request(line)
        listed = None if request is None else listed_items(line, request)
        captured_at = captured_at_of(line)
        if request is None or listed is None or captured_at is None:
            return None
        read = read_games(listed, is_odds=request.is_odds)
        if listed and not read.games:
            return None
        if read.whole is not None:
            speaks_for = frozenset(game_id for game_id in read.whole if "," not in game_id)
            request = request._replace(event_ids=speaks_for or NO_GAMES)
        is_american = line["params"].get("oddsFormat") == "american"
        events: dict[str, ShownEvent] = {}
        for item in read.games:
            commence_time = parse_time(item["commence_time"])
            if commence_time is None:
                continue
            events[item["id"]] = ShownEvent(
                event_id=item["id"],
                sport_key=_sport_of(item, request),
                home_team=item["home_team"],
                away_team=item["away_team"],
                commence_time=commence_time,
                markets=tuple(self._markets(item, is_american)) if request.is_odds else (),
            )
        return Response(captured_at, self._response_id_of(line), request, events)

    def _markets(self, item: dict[str, Any], is_american: bool) -> Iterator[Market]:
        pieces: dict[tuple[str, str], list[Listed]] = {}
        for book in item["bookmakers"]:
            for market in book["markets"]:
                stamp = parse_time(market["last_update"] or book["last_update"])
                pieces.setdefault((book["key"], market["key"]), []).extend(
                    (stamp, self._outcome(outcome, market["key"], is_american))
                    for outcome in market["outcomes"]
                )
        for (bookmaker_key, market_key), listed in pieces.items():
            of_stamp: dict[int | None, list[Outcome]] = {}
            for stamp, outcome in counted(listed):
                of_stamp.setdefault(stamp, []).append(outcome)
            for stamp, outcomes in of_stamp.items():
                shown = self._showings.setdefault(tuple(outcomes), tuple(outcomes))
                yield Market(bookmaker_key, market_key, stamp, shown)

    def _outcome(self, item: dict[str, Any], market_key: str, is_american: bool) -> Outcome:
        point = None if item.get("point") is None else float(item["point"])
        american, decimal = read_price(item.get("price"), is_american=is_american)
        outcome = Outcome(
            name=item["name"],
            description=item.get("description"),
            line=point if is_many_line(market_key) else None,
            point=point,
            american_price=american,
            decimal_price=decimal,
        )
        return self._outcomes.setdefault(outcome, outcome)


def read_responses(
    lines: Iterable[Line], response_id_of: ResponseIdOf = own_response_id
) -> list[Response]:
    """Every complete response once, in the order (`captured_at`, `response_id`)."""
    reader = Reader(response_id_of)
    by_id: dict[str, Response] = {}
    for line in lines:
        response = reader.read(line)
        if response is not None:
            by_id.setdefault(response.response_id, response)
    return sorted(by_id.values(), key=lambda response: (response.captured_at, response.response_id))
