"""The life of each event: listed, moved, started, rewritten, ended, scored, or postponed."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from simulator.catalogue import ALIASES, TEAMS
from simulator.clock import DAY, HOUR, MINUTE
from simulator.options import Faults, SeasonOptions
from simulator.randomness import FAULTS, LIVES, STARTS, hex_id, stream
from simulator.schedule import Fixture, eastern_day, teams_by_day, tip_off

_HOURS_BEHIND = {team.name: team.hours_behind for team in TEAMS}
_NEVER = 1 << 60
_LISTED_DAYS = (3.2, 6.5)
_MOVES_MINUTES = np.array([10, 20, -10, 15, 5, 30, 60, 120, 240, 390])
_MOVES_SHARES = np.array([0.70, 0.09, 0.04, 0.03, 0.08, 0.03, 0.015, 0.007, 0.005, 0.003])
_SECOND_MOVE_SHARE = 0.1
_EARLIER_SHARE, _ON_TIME_SHARE, _WHOLE_MINUTE_SHARE = 0.18, 0.12, 0.15
_DUPLICATE_OVERLAP = 2 * HOUR


@dataclass(frozen=True, slots=True)
class Event:
    """One event id from its first listing to its last mention; moments in epoch seconds.

    `path_index` names the game whose market it shows: a duplicate shares that of the original.
    `moves` are (announced, new start). `started`, `ended`, the scores and `completed` are absent
    where the game was not played under this id. `/odds` and `/events` list the event in
    [listed, removed); `commence_time` becomes the true start at `rewritten`, and the second of each
    of `false_starts` at the first.
    """

    index: int
    path_index: int
    event_id: str
    home: str
    away: str
    home_shown: str
    away_shown: str
    rotation: int
    scheduled: int
    listed: int
    removed: int
    moves: tuple[tuple[int, int], ...] = ()
    started: int | None = None
    rewritten: int = _NEVER
    false_starts: tuple[tuple[int, int], ...] = ()
    ended: int = _NEVER
    completed: int = _NEVER
    fate: str = "played"
    superseded_by: str | None = None

    def commence(self, seconds: int) -> int:
        """The start as shown at that moment."""
        if self.started is None or seconds < self.rewritten:
            return self.announced(seconds)
        return _last_told(self.false_starts, seconds) or self.started

    def announced(self, seconds: int) -> int:
        """The start as last announced before play."""
        return _last_told(self.moves, seconds) or self.scheduled

    @property
    def last_announced(self) -> int:
        """The last start announced before play."""
        return self.moves[-1][1] if self.moves else self.scheduled

    @property
    def market_ends(self) -> int:
        """When pre-match quotes end."""
        return self.removed if self.started is None else self.started


def _last_told(told: tuple[tuple[int, int], ...], seconds: int) -> int | None:
    """The last start of (moment, start) told by then."""
    return next((start for moment, start in reversed(told) if moment <= seconds), None)


def make_events(options: SeasonOptions, fixtures: tuple[Fixture, ...]) -> tuple[Event, ...]:
    """All events in order of first listing, with those relisted or doubled under a new id."""
    generator = stream(options.seed, LIVES)
    busy = teams_by_day(fixtures)
    events: list[Event] = []
    for fixture in fixtures:
        event = _announce(options, fixture, generator)
        if generator.random() < options.postponed_share:
            events.extend(_postpone(options, event, busy, generator))
        else:
            events.append(_play(event, options.moved_share, generator))
    events = _apply_faults(options, events)
    events.sort(key=lambda event: (event.listed, event.event_id))
    return tuple(replace(event, index=index) for index, event in enumerate(events))


def _announce(options: SeasonOptions, fixture: Fixture, generator: np.random.Generator) -> Event:
    listed = fixture.scheduled - int(generator.uniform(*_LISTED_DAYS) * DAY)
    return Event(
        index=fixture.index,
        path_index=fixture.index,
        event_id=hex_id(options.seed, fixture.index, "first", fixture.scheduled),
        home=fixture.home,
        away=fixture.away,
        home_shown=fixture.home,
        away_shown=fixture.away,
        rotation=501 + 2 * (fixture.index % 240),
        scheduled=fixture.scheduled,
        listed=listed,
        removed=_NEVER,
    )


def _play(event: Event, moved_share: float, generator: np.random.Generator) -> Event:
    """Give the event its moves, its true start and its end."""
    moves = _draw_moves(event.scheduled, moved_share, generator)
    announced = moves[-1][1] if moves else event.scheduled
    started = announced + _draw_delay(generator)
    ended = started + int(generator.normal(140, 8) * MINUTE)
    return replace(
        event,
        moves=moves,
        started=started,
        rewritten=started + int(generator.integers(5, 60)),
        ended=ended,
        removed=ended + int(generator.integers(2, 11)) * MINUTE,
        completed=ended + int(generator.integers(3, 13)) * MINUTE,
    )


def _draw_moves(
    scheduled: int, moved_share: float, generator: np.random.Generator
) -> tuple[tuple[int, int], ...]:
    if generator.random() >= moved_share:
        return ()
    count = 2 if generator.random() < _SECOND_MOVE_SHARE else 1
    announced = sorted((float(hours) for hours in generator.uniform(4, 23, count)), reverse=True)
    start, moves = scheduled, []
    for hours in announced:
        start += int(generator.choice(_MOVES_MINUTES, p=_MOVES_SHARES)) * MINUTE
        moves.append((scheduled - int(hours * HOUR), start))
    # Two moves that cancel out would be no move at all.
    return tuple(moves) if start != scheduled else tuple(moves[:1])


def _draw_delay(generator: np.random.Generator) -> int:
    """Seconds from the last announced to the true start."""
    kind = generator.random()
    if kind < _ON_TIME_SHARE:
        return 0
    if kind < _ON_TIME_SHARE + _EARLIER_SHARE:
        delay = -int(generator.uniform(1 * MINUTE, 3 * MINUTE))
    else:
        delay = int(min(generator.gamma(3.0, 2.3), 13.0) * MINUTE) + 1
    if generator.random() < _WHOLE_MINUTE_SHARE:
        delay = round(delay / MINUTE) * MINUTE or MINUTE
    return delay


def _postpone(
    options: SeasonOptions,
    event: Event,
    busy: dict[date, set[str]],
    generator: np.random.Generator,
) -> list[Event]:
    """The event that vanishes and, for half of them, its successor under a new id."""
    removed = event.scheduled - int(generator.uniform(1, 30) * HOUR)
    gone = replace(event, removed=removed, fate="postponed")
    new_start = _free_start(event, busy, generator)
    if generator.random() < 0.5 or new_start is None:
        return [gone]
    successor = replace(
        event,
        event_id=hex_id(options.seed, event.index, "relisted", new_start),
        path_index=event.index + options.games,
        scheduled=new_start,
        listed=removed + int(generator.uniform(2, 10) * HOUR),
    )
    played = _play(successor, 0.0, generator)
    return [replace(gone, superseded_by=played.event_id), played]


def _free_start(
    event: Event, busy: dict[date, set[str]], generator: np.random.Generator
) -> int | None:
    for days in (1, 2):
        day = eastern_day(event.scheduled) + timedelta(days=days)
        if not busy.get(day, set()) & {event.home, event.away}:
            busy.setdefault(day, set()).update({event.home, event.away})
            return tip_off(day, hours_behind=_HOURS_BEHIND[event.home], generator=generator)
    return None


def _apply_faults(options: SeasonOptions, events: list[Event]) -> list[Event]:
    generator = stream(options.seed, FAULTS)
    starts = stream(options.seed, STARTS)
    faults = options.faults
    result: list[Event] = []
    for event in events:
        alias, late, double, when, hours = generator.random(5)
        changed = _bend_start(faults, event, starts)
        if alias < faults.alias_names:
            changed = replace(
                changed, home_shown=ALIASES[event.home], away_shown=ALIASES[event.away]
            )
        if event.started is not None and late < faults.late_scores:
            changed = replace(changed, completed=changed.ended + int((2 + 28 * hours) * HOUR))
        if event.started is not None and double < faults.duplicate_fixtures:
            result.extend(_double(options, changed, switched_hours=20 + 20 * when))
        else:
            result.append(changed)
    return result


def _bend_start(faults: Faults, event: Event, generator: np.random.Generator) -> Event:
    """The event begun before or long after the announced start, or shown with a start far back."""
    early, delayed, false, minutes, told, second = generator.random(6)
    if event.started is None:
        return event
    announced = event.last_announced
    if early < faults.early_starts:
        event = _shifted(event, announced - int((5 + 4 * minutes) * MINUTE) - event.started)
    elif delayed < faults.delayed_starts:
        delay = int(20 + 130 * minutes) * MINUTE
        news = announced + int((2 + 10 * told) * MINUTE), announced + delay
        event = replace(_shifted(event, delay), moves=(*event.moves, news))
    if false < faults.false_starts:
        shown = event.last_announced - int((60 + 180 * minutes) * MINUTE)
        # two thirds at once, the rest later; some a second time
        first = event.rewritten + int(max(3 * told - 2, 0) * HOUR)
        rewritten = [(first, shown)]
        if second < 1 / 3:
            rewritten.append((first + HOUR // 2, shown + int(20 * MINUTE)))
        event = replace(event, false_starts=tuple(rewritten))
    return event


def _shifted(event: Event, seconds: int) -> Event:
    """The same game begun, and over, so much later."""
    return replace(
        event,
        started=None if event.started is None else event.started + seconds,
        rewritten=event.rewritten + seconds,
        ended=event.ended + seconds,
        removed=event.removed + seconds,
        completed=event.completed + seconds,
    )


def _double(options: SeasonOptions, event: Event, *, switched_hours: float) -> list[Event]:
    """The same game under two ids: the second takes over while both show."""
    removed = event.scheduled - int(switched_hours * HOUR)
    listed = removed - _DUPLICATE_OVERLAP
    if listed <= event.listed:
        return [event]
    second = replace(
        event,
        event_id=hex_id(options.seed, event.path_index, "double", event.scheduled),
        listed=listed,
    )
    first = replace(
        event,
        removed=removed,
        moves=(),
        started=None,
        rewritten=_NEVER,
        ended=_NEVER,
        completed=_NEVER,
        fate="superseded",
        superseded_by=second.event_id,
    )
    return [first, second]
