"""The API's answers at a virtual moment, without HTTP: what the server and recordings share."""

import json
from dataclasses import dataclass, field

from simulator import parameters
from simulator.account import Accounts, RateLimit
from simulator.bodies import Bodies
from simulator.catalogue import BOOKMAKER_KEYS, SPORT_BY_KEY, SPORT_KEY, Sport
from simulator.disturbances import Disturbance, Disturbances
from simulator.parameters import ApiError, EventFilter, Query
from simulator.season import Season

_KEY_NAMES = ("apiKey", "api_key")


@dataclass(frozen=True)
class Answer:
    """One response: status, headers of its own, JSON text, and what befalls it on the way."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    disturbance: Disturbance = field(default_factory=Disturbance)


class Api:
    """The Odds API over a season.

    Bodies depend on the season, the moment and the parameters alone; credits, the call rate and
    disturbances have a memory.
    """

    def __init__(
        self,
        season: Season,
        *,
        accounts: Accounts | None = None,
        rate_limit: RateLimit | None = None,
    ) -> None:
        self.accounts = accounts or Accounts()
        self.disturbances = Disturbances(season.options.seed, season.options.faults)
        self._rate_limit = rate_limit
        self._bodies = Bodies(season)
        self._known = BOOKMAKER_KEYS | {book.key for book in season.options.books}

    def answer(self, path: str, query: Query, *, seconds: int) -> Answer:
        """Answer one GET; `query` holds one value a name, the key among them."""
        disturbance = self.disturbances.next(seconds)
        key = None
        try:
            disturbance.raise_error()
            if self._rate_limit is not None:
                self._rate_limit.take(seconds=seconds)
            key = self.accounts.check(next((query[n] for n in _KEY_NAMES if query.get(n)), None))
            body, cost = self._route(path, query, key=key, seconds=seconds)
        except ApiError as error:
            headers = self.accounts.balance(key, seconds=seconds).headers() if key else {}
            return Answer(error.status, _dump(error.body()), headers, disturbance)
        balance = self.accounts.charge(key, cost, seconds=seconds)
        return Answer(200, body, balance.headers(), disturbance)

    def _route(self, path: str, query: Query, *, key: str, seconds: int) -> tuple[str, int]:
        """(body, cost) of a path below /v4."""
        match path.strip("/").split("/")[1:]:
            case ["sports"]:
                return self._bodies.sports(query, seconds), 0
            case ["historical", *_]:
                raise ApiError(
                    401,
                    "HISTORICAL_UNAVAILABLE_ON_FREE_USAGE_PLAN",
                    "Historical odds are only available on paid usage plans",
                )
            case ["sports", sport_key, *rest]:
                return self._sport(sport_key, rest, query, key=key, seconds=seconds)
        raise _not_found()

    def _sport(
        self, sport_key: str, rest: list[str], query: Query, *, key: str, seconds: int
    ) -> tuple[str, int]:
        is_upcoming = sport_key == "upcoming" and rest == ["odds"]
        sport = SPORT_BY_KEY[SPORT_KEY] if is_upcoming else SPORT_BY_KEY.get(sport_key)
        if sport is None:
            raise ApiError(404, "UNKNOWN_SPORT", "Unknown sport")
        match rest:
            case ["events"]:
                return self._bodies.events(sport, query, seconds), 0
            case ["odds"]:
                return self._odds(sport, query, is_upcoming, key=key, seconds=seconds)
            case ["scores"]:
                days = parameters.days_from(query)
                cost = 1 if days is None else 2
                self.accounts.require(key, cost, seconds=seconds)
                return self._bodies.scores(sport, query, days, seconds), cost
            case ["participants"]:
                self.accounts.require(key, 1, seconds=seconds)
                return self._bodies.participants(sport), 1
            case ["events", event_id, "odds"]:
                return self._event_odds(sport, event_id, query, key=key, seconds=seconds)
            case ["events", event_id, "markets"]:
                chosen = parameters.selection(query, self._known)
                body = self._bodies.event_markets(sport, event_id, query, chosen, seconds)
                self.accounts.require(key, 1, seconds=seconds)
                return body, 1
        raise _not_found()

    def _odds(
        self, sport: Sport, query: Query, is_upcoming: bool, *, key: str, seconds: int
    ) -> tuple[str, int]:
        chosen = parameters.selection(query, self._known)
        markets = parameters.markets(query, sport, is_event=False)
        style = parameters.style(query, markets, is_event=False)
        wanted = parameters.event_filter(query)
        if is_upcoming:
            wanted = EventFilter(wanted.event_ids)
        cost = len(markets) * chosen.region_count
        self.accounts.require(key, cost, seconds=seconds)
        if self.disturbances.is_empty(seconds):
            return "[]", 0
        body = self._bodies.odds(sport, chosen, style, wanted, seconds, is_upcoming=is_upcoming)
        return body, cost if body != "[]" else 0

    def _event_odds(
        self, sport: Sport, event_id: str, query: Query, *, key: str, seconds: int
    ) -> tuple[str, int]:
        chosen = parameters.selection(query, self._known)
        markets = parameters.markets(query, sport, is_event=True)
        style = parameters.style(query, markets, is_event=True)
        body, returned = self._bodies.event_odds(sport, event_id, chosen, style, seconds)
        cost = returned * chosen.region_count
        self.accounts.require(key, cost, seconds=seconds)
        return body, cost


def _not_found() -> ApiError:
    return ApiError(404, "NOT_FOUND", "Not Found")


def _dump(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
