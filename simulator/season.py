"""A season: everything that happens, as a pure function of its options and the time."""

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from functools import cached_property
from threading import RLock

from simulator.clock import DAY
from simulator.inplay import Play, make_play
from simulator.latent import Path, make_path, make_result, team_ratings
from simulator.lives import Event, make_events
from simulator.market import Feed, make_feeds
from simulator.options import SeasonOptions
from simulator.planting import Plant, plant_all
from simulator.probability import Law
from simulator.renderer import BookRenderer
from simulator.schedule import make_schedule

_KEPT_MARKETS = 96  # more than are ever listed at once
_SCORES_KEPT = 3 * DAY


class Market:
    """The books of one event and what writes them down."""

    def __init__(self, feeds: tuple[Feed, ...], renderer: BookRenderer, play: Play | None) -> None:
        self.feeds = feeds
        self.renderer = renderer
        self.play = play


class Season:
    """A generated NBA season; safe to read from several threads."""

    def __init__(self, options: SeasonOptions | None = None) -> None:
        self.options = options or SeasonOptions()
        self.events: tuple[Event, ...] = make_events(self.options, make_schedule(self.options))
        self.event_by_id: dict[str, Event] = {event.event_id: event for event in self.events}
        ratings = team_ratings(self.options.seed)
        self.paths: dict[int, Path] = {
            event.index: make_path(self.options.seed, event, ratings) for event in self.events
        }
        self.scores: dict[int, tuple[int, int]] = {
            event.index: make_result(self.options.seed, event, self.paths[event.index])
            for event in self.events
            if event.started is not None
        }
        self.plants: dict[int, Plant] = plant_all(self.options, self.events, self.paths)
        self._markets: OrderedDict[int, Market] = OrderedDict()
        self._lock = RLock()

    @cached_property
    def starts(self) -> int:
        """The first listing."""
        return min(event.listed for event in self.events)

    @cached_property
    def ends(self) -> int:
        """The last event's removal."""
        return max(event.removed for event in self.events)

    @cached_property
    def _boundaries(self) -> list[int]:
        moments = {event.listed for event in self.events}
        for event in self.events:
            moments |= {event.removed, event.rewritten}
            moments |= {told for told, _ in (*event.moves, *event.false_starts)}
        return sorted(moments)

    @cached_property
    def _listings(self) -> dict[int, tuple[Event, ...]]:
        return {}

    def listed(self, seconds: int) -> tuple[Event, ...]:
        """The events shown at that moment, by the start then shown."""
        place = bisect_right(self._boundaries, seconds)
        shown = self._listings.get(place)
        if shown is None:
            alive = [event for event in self._recent(seconds) if seconds < event.removed]
            alive.sort(key=lambda event: (event.commence(seconds), event.event_id))
            shown = self._listings[place] = tuple(alive)
        return shown

    @cached_property
    def _listing_moments(self) -> list[int]:
        return [event.listed for event in self.events]

    @cached_property
    def _longest_life(self) -> int:
        lasts = [
            event.removed if event.started is None else event.completed + _SCORES_KEPT
            for event in self.events
        ]
        return max(last - event.listed for last, event in zip(lasts, self.events, strict=True))

    def _recent(self, seconds: int) -> tuple[Event, ...]:
        """The events listed by then, save those long gone."""
        first = bisect_left(self._listing_moments, seconds - self._longest_life)
        return self.events[first : bisect_right(self._listing_moments, seconds)]

    def scored(self, seconds: int) -> tuple[Event, ...]:
        """Listed events and those completed in the last three days, by the start then shown."""
        shown = [event for event in self._recent(seconds) if _is_scored(event, seconds)]
        shown.sort(key=lambda event: (event.commence(seconds), event.event_id))
        return tuple(shown)

    def market(self, event: Event) -> Market:
        """The event's market, made when first asked for and kept while it is in use."""
        with self._lock:
            market = self._markets.get(event.index)
            if market is None:
                market = self._markets[event.index] = self._make_market(event)
                if len(self._markets) > _KEPT_MARKETS:
                    self._markets.popitem(last=False)
            else:
                self._markets.move_to_end(event.index)
            return market

    def play(self, event: Event) -> Play | None:
        """The game under way, None if it is not played under this id."""
        return self.market(event).play

    def law(self, event_id: str, seconds: int) -> Law:
        """The true law of the event's game as known at that moment before its start.

        Raises:
            KeyError: no event has that id.
        """
        return self.paths[self.event_by_id[event_id].index].law(seconds)

    def _make_market(self, event: Event) -> Market:
        path = self.paths[event.index]
        play = None
        if event.started is not None:
            play = make_play(self.options.seed, event, self.scores[event.index])
        plant = self.plants.get(event.index)
        feeds = make_feeds(self.options, event, path, plant.overrides if plant else ())
        return Market(feeds, BookRenderer(event, path, play), play)


def _is_scored(event: Event, seconds: int) -> bool:
    if event.started is None:
        return seconds < event.removed
    return seconds < event.completed + _SCORES_KEPT
