"""What the warehouse says to the planner, and what is remembered of it while it is away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import orjson
import structlog
from pydantic import TypeAdapter, ValidationError

from ingestion.responses import ApiResponse
from ingestion.settings import Settings
from ingestion.warehouse import Connection, Row
from scheduler.api_clock import AGREEMENT
from scheduler.budget import Budget
from scheduler.promises import FARTHEST, Game, lead_of

log = structlog.get_logger(__name__)

# captures that can keep a promise that still stands, and calls that are asked for daily
# plans for games further away than this can wait for the next build
SOON = timedelta(days=2)
NEVER = datetime(1, 1, 1, tzinfo=UTC)
# for so long after a full answer an empty one is not believed
HICCUP = timedelta(days=1)
LOOK_BACK = FARTHEST + timedelta(days=1)
WATCHED = """
select event_id, sport_key, starts_at, first_seen_at, over_at, is_decided
from ops.rpt_games_watched
order by starts_at, event_id
"""
# a warehouse that was built by an older version lacks it until its next build
LEADS = """
select sport_key, close_lead_minutes, game_count, early_minutes
from ops.rpt_start_leads
"""
CALLS = """
select endpoint, sport_key, params, captured_at, event_count
from raw.api_responses
where
    landed_at >= ?
    and origin = 'live'
    and status_code = 200
    and error_code is null
    and event_id is null
    and sport_key is not null
order by captured_at
"""
UNBUILT = """
select count(*)
from raw.api_responses
where
    landed_at > (
        select coalesce(max(started_at), '-infinity')
        from ops.job_runs
        where job = 'build' and status = 'ok'
    )
"""
# tests that ran and failed have been run; anything else that failed or died is to be made up for
LAST_DAILY = """
select job, max(started_at)
from ops.job_runs
where
    reason = 'daily'
    and (status = 'ok' or (job = 'test' and status = 'failed' and error like 'tests failed:%'))
group by job
"""
FIRST_WORKED = "select min(started_at) from ops.job_runs"


@dataclass(frozen=True)
class WatchedGame:
    """A game that is announced, or was played lately."""

    game: Game
    over_at: datetime
    is_decided: bool


@dataclass(frozen=True)
class StartLead:
    """How long before the start a sport's closes are asked for, and what says so.

    One in twenty of its games began so many minutes before it was announced to, or more.
    """

    close_lead: timedelta
    game_count: int
    early_minutes: float


@dataclass(frozen=True)
class Call:
    """A call for a whole sport that was answered."""

    endpoint: str
    sport_key: str
    params: str
    captured_at: datetime
    event_count: int | None = None

    @property
    def kind(self) -> str:
        """What was asked for: odds, events or scores."""
        return self.endpoint.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class State:
    """All that decides what is due."""

    budget: Budget
    games: tuple[WatchedGame, ...] = ()
    calls: tuple[Call, ...] = ()
    # by job, when what is done daily was last done
    last_daily: Mapping[str, datetime] = field(default_factory=dict)
    # the first full build comes after the first of its hours since then
    first_worked_at: datetime | None = None
    read_at: datetime | None = None
    # by sport, where games were seen to begin
    leads: Mapping[str, StartLead] = field(default_factory=dict)

    def announced(self, sports: Iterable[str], *, now: datetime) -> list[Game]:
        """The games of the sports that have not started."""
        wanted = set(sports)
        return [
            watched.game
            for watched in self.games
            if watched.game.sport_key in wanted
            and watched.game.starts_at > now
            and not watched.is_decided
        ]

    def waiting(self, sport_key: str, *, now: datetime) -> list[datetime]:
        """When the games of a sport that have started and lack a result are over."""
        return [
            watched.over_at
            for watched in self.games
            if watched.game.sport_key == sport_key
            and watched.game.starts_at <= now
            and not watched.is_decided
        ]

    def captures(self, params: Mapping[str, str]) -> dict[str, list[datetime]]:
        """By sport, when odds came, sorted.

        A call that asked for something else is none, nor is an empty answer soon after a full one:
        the feed makes that mistake.
        """
        found: dict[str, list[datetime]] = {}
        full: dict[str, datetime] = {}
        for call in sorted(self.calls, key=lambda call: call.captured_at):
            if call.kind != "odds" or call.params != params.get(call.sport_key):
                continue
            moments = found.setdefault(call.sport_key, [])
            if call.event_count != 0:
                full[call.sport_key] = call.captured_at
                moments.append(call.captured_at)
            elif call.captured_at > full.get(call.sport_key, NEVER) + HICCUP:
                moments.append(call.captured_at)
        return found

    def last_call(self, kind: str, sport_key: str) -> Call | None:
        """The newest answered call of a kind."""
        of_kind = [c for c in self.calls if c.kind == kind and c.sport_key == sport_key]
        return max(of_kind, key=lambda call: call.captured_at, default=None)

    def is_ahead_of(self, now: datetime) -> bool:
        """Whether an answer came later than now: then our clock is wrong."""
        return any(call.captured_at > now + AGREEMENT for call in self.calls)

    def without_future(self, now: datetime) -> "State":
        """The state without answers that carry a date to come: theirs is wrong, if ours is not."""
        calls = tuple(call for call in self.calls if call.captured_at <= now + AGREEMENT)
        return replace(self, calls=calls)

    def is_news(self, response: ApiResponse, *, now: datetime) -> bool:
        """Whether an answer is worth a build: a list of games only if it moves what is planned.

        News of games that are days away waits for the next build, if there are others to plan for.
        """
        if not response.endpoint.endswith("/events"):
            return True
        games = self.announced([response.sport_key or ""], now=now)
        until = now + SOON if games else datetime.max.replace(tzinfo=UTC)
        listed = _listed(response.payload)
        if listed is None:
            return True
        held = {(game.event_id, game.starts_at) for game in games}
        return _within(held, now, until) != _within(listed, now, until)

    def with_responses(self, responses: Iterable[ApiResponse]) -> "State":
        """The state once these have come, as far as it can be told without the warehouse."""
        known = {(call.endpoint, call.captured_at) for call in self.calls}
        new = [
            Call(
                response.endpoint,
                response.sport_key,
                response.params,
                response.captured_at,
                response.event_count,
            )
            for response in responses
            if is_answer(response)
            and response.event_id is None
            and response.sport_key is not None
            and response.captured_at is not None
            and (response.endpoint, response.captured_at) not in known
        ]
        return replace(self, calls=(*self.calls, *new))


def _listed(payload: str | None) -> set[tuple[str, datetime]] | None:
    """The games of a list, by id and start; None where one of them cannot be read."""
    listed = set()
    try:
        for event in orjson.loads(payload or "[]"):
            start = datetime.fromisoformat(event["commence_time"])
            listed.add((str(event["id"]), start if start.tzinfo else start.replace(tzinfo=UTC)))
    except (ValueError, TypeError, KeyError):
        return None
    return listed


def is_answer(response: ApiResponse) -> bool:
    """Whether it is what was asked for, not an error."""
    return response.status_code == HTTPStatus.OK and response.error_code is None


def read_state(connection: Connection, budget: Budget, *, now: datetime) -> State:
    """What an open warehouse says; an empty one says nothing."""
    games: Sequence[Row] = ()
    calls: Sequence[Row] = ()
    last_daily: dict[str, datetime] = {}
    first_worked_at = None
    leads: dict[str, StartLead] = {}
    ops = connection.relations("ops")
    if "rpt_games_watched" in ops:
        games = connection.rows(WATCHED)
    if "rpt_start_leads" in ops:
        leads = {
            sport_key: StartLead(lead_of(minutes), *measured)
            for sport_key, minutes, *measured in connection.rows(LEADS)
        }
    if "api_responses" in connection.relations("raw"):
        calls = connection.rows(CALLS, (now - LOOK_BACK,))
    if "job_runs" in ops:
        last_daily = dict(connection.rows(LAST_DAILY))
        ((first_worked_at,),) = connection.rows(FIRST_WORKED)
    return State(
        budget=budget,
        games=tuple(_watched(row, leads) for row in games),
        calls=tuple(Call(*row) for row in calls),
        last_daily=last_daily,
        first_worked_at=first_worked_at,
        read_at=now,
        leads=leads,
    )


def _watched(row: Row, leads: Mapping[str, StartLead]) -> WatchedGame:
    event_id, sport_key, starts_at, first_seen_at, over_at, is_decided = row
    lead = leads[sport_key].close_lead if sport_key in leads else lead_of(None)
    return WatchedGame(
        Game(event_id, sport_key, starts_at, first_seen_at, lead), over_at, is_decided
    )


def is_build_behind(connection: Connection) -> bool:
    """Whether something landed that no build of the collector has seen."""
    if "api_responses" not in connection.relations("raw"):
        return False
    ((count,),) = connection.rows(UNBUILT)
    return bool(count)


def _within(
    starts: set[tuple[str, datetime]], since: datetime, until: datetime
) -> set[tuple[str, datetime]]:
    return {(event_id, at) for event_id, at in starts if since < at <= until}


class Memory:
    """The last state, kept in `ODDS_DATA_DIR` for the time the warehouse is away."""

    def __init__(self, settings: Settings) -> None:
        self._path: Path = settings.odds_data_dir / "collector-state.json"

    def keep(self, state: State) -> None:
        """Remember a state."""
        unfinished = self._path.with_suffix(".tmp")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(_STATE.dump_json(state))
        unfinished.replace(self._path)

    def recall(self) -> State | None:
        """The state remembered last; None if there is none that can be read."""
        try:
            return _STATE.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError:
            log.warning("what was remembered cannot be read", file=str(self._path))
            return None


_STATE = TypeAdapter(State)
