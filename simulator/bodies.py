"""The body of each endpoint as a pure function of the season, the moment and the parameters."""

import json
from collections.abc import Iterable

from simulator import parameters
from simulator.catalogue import FEATURED_MARKETS, SPORT_KEY, SPORTS, TEAMS, Sport
from simulator.clock import DAY
from simulator.extras import EXTRA_MARKETS, extra_outcomes
from simulator.lives import Event
from simulator.market import Feed
from simulator.parameters import ApiError, EventFilter, Query, Selection
from simulator.randomness import participant_id
from simulator.rendering import (
    Style,
    event_head,
    market_tail,
    score_entry,
    text,
)
from simulator.season import Season

_UPCOMING_EVENTS = 8
_SCORE_INTERVAL = 30


class Bodies:
    """Writes what the API says of a season; every method returns JSON text."""

    def __init__(self, season: Season) -> None:
        self._season = season

    def sports(self, query: Query, seconds: int) -> str:
        """In-season sports, or all; only the NBA has events here."""
        shows_all = parameters.flag(query, "all", "INVALID_ALL_SPORTS_PARAM")
        is_on = self._season.starts <= seconds < self._season.ends
        entries = [
            {
                "key": sport.key,
                "group": sport.group,
                "title": sport.title,
                "description": sport.description,
                "active": sport.key == SPORT_KEY and is_on,
                "has_outrights": sport.has_outrights,
            }
            for sport in SPORTS
        ]
        return _dump([entry for entry in entries if shows_all or entry["active"]])

    def events(self, sport: Sport, query: Query, seconds: int) -> str:
        """Upcoming and live events without odds."""
        wanted = parameters.event_filter(query)
        style = Style(is_iso=parameters.is_iso(query), has_rotations=parameters.rotations(query))
        return _join(
            event_head(event, seconds, style) + "}"
            for event in self._listed(sport, seconds)
            if wanted.admits(event.event_id, event.commence(seconds))
        )

    def odds(
        self,
        sport: Sport,
        chosen: Selection,
        style: Style,
        wanted: EventFilter,
        seconds: int,
        *,
        is_upcoming: bool = False,
    ) -> str:
        """Featured markets. A game under way that none of the chosen books quotes is left out."""
        entries: list[str] = []
        upcoming = 0
        for event in self._listed(sport, seconds):
            commence = event.commence(seconds)
            if is_upcoming and seconds < commence:
                upcoming += 1
                if upcoming > _UPCOMING_EVENTS:
                    break
            if not wanted.admits(event.event_id, commence):
                continue
            books = self._books(event, chosen, style, seconds)
            if books or seconds < event.market_ends:
                head = event_head(event, seconds, style)
                entries.append(f'{head},"bookmakers":[{",".join(books)}]}}')
        return _join(entries)

    def event_odds(
        self, sport: Sport, event_id: str, chosen: Selection, style: Style, seconds: int
    ) -> tuple[str, int]:
        """(body, how many different markets it holds) of one event."""
        event = self._event(sport, event_id, seconds)
        market = self._season.market(event)
        extras = [each for each in style.markets if each in EXTRA_MARKETS]
        books: list[str] = []
        returned: set[str] = set()
        for feed in _chosen(market.feeds, chosen, seconds):
            featured = market.renderer.markets(feed, seconds, style)
            entries = [*featured, *self._extra_entries(feed, event, extras, style, seconds)]
            if entries:
                returned |= {key for key, _, _ in entries if not key.endswith("_lay")}
                books.append(market.renderer.book_entry(feed.book, 0, entries, style))
        head = event_head(event, seconds, style)
        return f'{head},"bookmakers":[{",".join(books)}]}}', len(returned)

    def event_markets(
        self, sport: Sport, event_id: str, query: Query, chosen: Selection, seconds: int
    ) -> str:
        """Which markets each book was lately seen with."""
        event = self._event(sport, event_id, seconds)
        style = Style(
            markets=(*FEATURED_MARKETS, *EXTRA_MARKETS),
            is_iso=parameters.is_iso(query),
            has_rotations=parameters.rotations(query),
        )
        market = self._season.market(event)
        books = []
        for feed in _chosen(market.feeds, chosen, seconds):
            entries = [
                *market.renderer.markets(feed, seconds, style),
                *self._extra_entries(feed, event, list(EXTRA_MARKETS), style, seconds),
            ]
            if entries:
                keys = ",".join(
                    f'{{"key":"{key}","last_update":{style.moment(stamp)}}}'
                    for key, stamp, _ in entries
                )
                title = text(feed.book.title)
                books.append(f'{{"key":"{feed.book.key}","title":{title},"markets":[{keys}]}}')
        head = event_head(event, seconds, style)
        return f'{head},"bookmakers":[{",".join(books)}]}}'

    def scores(self, sport: Sport, query: Query, days: int | None, seconds: int) -> str:
        """Upcoming and live games; with `days`, also those completed in as many days."""
        wanted = parameters.event_filter(query)
        style = Style(is_iso=parameters.is_iso(query), has_rotations=parameters.rotations(query))
        oldest = seconds - (days or 0) * DAY
        shown = [
            event
            for event in self._season.scored(seconds)
            if sport.key == SPORT_KEY
            and (seconds < event.completed or event.completed >= oldest)
            and (days is not None or seconds < event.completed)
            and wanted.admits(event.event_id, event.commence(seconds))
        ]
        return _join(self._score(event, style, seconds) for event in shown)

    def participants(self, sport: Sport) -> str:
        """The teams and their ids."""
        teams = TEAMS if sport.key == SPORT_KEY else ()
        return _dump([{"full_name": team.name, "id": participant_id(team.name)} for team in teams])

    def _score(self, event: Event, style: Style, seconds: int) -> str:
        if event.started is None or seconds < max(event.started, event.rewritten):
            return score_entry(event, seconds, style, None, None)
        if seconds >= event.ended:
            final = self._season.scores[event.index]
            updated = event.completed if seconds >= event.completed else event.ended
            return score_entry(event, seconds, style, final, updated)
        play = self._season.play(event)
        updated = max(seconds - seconds % _SCORE_INTERVAL, event.started)
        score = None if play is None else play.score(updated)
        return score_entry(event, seconds, style, score, updated)

    def _listed(self, sport: Sport, seconds: int) -> tuple[Event, ...]:
        return self._season.listed(seconds) if sport.key == SPORT_KEY else ()

    def _event(self, sport: Sport, event_id: str, seconds: int) -> Event:
        """The event while it lives.

        Raises:
            ApiError: the id is malformed, unknown, or of an event that is over or gone.
        """
        event = self._season.event_by_id.get(parameters.event_id(event_id))
        is_alive = event is not None and event.listed <= seconds < event.removed
        if event is None or not is_alive or sport.key != SPORT_KEY:
            raise ApiError(
                404,
                "EVENT_NOT_FOUND",
                "Event not found. The event may have expired or the event id is invalid",
            )
        return event

    def _books(self, event: Event, chosen: Selection, style: Style, seconds: int) -> list[str]:
        market = self._season.market(event)
        entry = market.renderer.entry
        books = (entry(feed, seconds, style) for feed in _chosen(market.feeds, chosen, seconds))
        return [book for book in books if book is not None]

    def _extra_entries(
        self, feed: Feed, event: Event, markets: list[str], style: Style, seconds: int
    ) -> list[tuple[str, int, str]]:
        if not markets or not feed.is_shown(seconds):
            return []
        step, stamp = feed.state(seconds)
        entries = []
        for market in markets:
            outcomes = extra_outcomes(feed, market, event, seconds=seconds, step=step)
            if outcomes:
                tail = market_tail(outcomes, style, is_exchange=feed.book.kind == "exchange")
                entries.append((market, stamp, tail))
        return entries


def _chosen(feeds: tuple[Feed, ...], chosen: Selection, seconds: int) -> list[Feed]:
    """The feeds asked for, without those not open yet."""
    if chosen.bookmakers:
        names = chosen.bookmakers
        return [feed for feed in feeds if feed.opens <= seconds and feed.book.key in names]
    regions = set(chosen.regions)
    return [
        feed
        for feed in feeds
        if feed.opens <= seconds and not regions.isdisjoint(feed.book.regions)
    ]


def _join(entries: Iterable[str]) -> str:
    return "[" + ",".join(entries) + "]"


def _dump(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
