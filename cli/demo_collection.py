"""Collects a simulated season through the real client, over HTTP, on virtual time."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pydantic import SecretStr

from ingestion.demo_data import DEMO_JOB
from ingestion.landing import Landing
from ingestion.odds_api.client import OddsApiClient, new_session
from ingestion.odds_api.endpoints import (
    EventsRequest,
    OddsRequest,
    Request,
    ScoresRequest,
    SportsRequest,
)
from ingestion.responses import ApiResponse
from ingestion.settings import Settings
from simulator import (
    DEFAULT_BOOKMAKERS,
    DEMO_KEY,
    Plants,
    Season,
    SeasonOptions,
    VirtualClock,
    serve,
)

SPORT = "basketball_nba"
MARKETS = ("h2h", "spreads", "totals")
SEASON_GAMES = 400  # over seven weeks: more than a demo can look back and ahead
DAYS_AHEAD = 3
# books of a simulated market are never wrong by themselves, and a strategy would find nothing
MISTAKES = Plants(edges=160, arbitrages=16, middles=16, minutes=(120, 300), within_hours=5)
CALLS_A_LANDING = 50

USUAL_INTERVAL = timedelta(hours=3)
CLOSING_INTERVAL = timedelta(minutes=30)
CLOSING_WINDOW = timedelta(hours=3)
CLOSE_BEFORE_START = timedelta(minutes=5)
SCORES_HOUR = 10

Call = tuple[datetime, Request]


@dataclass(frozen=True)
class Collection:
    """What was asked and what it cost."""

    responses: int
    landed: int
    credits_charged: int
    seconds: float


def plan(season: Season, *, since: datetime, until: datetime) -> list[Call]:
    """The calls of a patient collector, in order of time; the last ones at `until`.

    Odds every three hours, every half hour in the three hours before a start, and five minutes
    before each start as announced by then; events and scores once a day.
    """
    scores = ScoresRequest(sport_key=SPORT, days_from=3)
    events = EventsRequest(sport_key=SPORT)
    odds = OddsRequest(sport_key=SPORT, markets=MARKETS, bookmakers=DEFAULT_BOOKMAKERS)
    day = since.replace(hour=SCORES_HOUR, minute=0, second=0, microsecond=0)
    days = (until - day) // timedelta(days=1) + 1
    mornings = [day + timedelta(days=number) for number in range(days)]
    calls: list[Call] = [
        *((moment, odds) for moment in sorted(set(_odds_moments(season, since, until)))),
        *(
            (moment, request)
            for moment in mornings
            if moment > since
            for request in (events, scores)
        ),
        *((until, request) for request in (SportsRequest(), events, odds, scores)),
    ]
    return sorted(calls, key=lambda call: call[0])


def season_around(today: date) -> Season:
    """The season of that week: it ends on a Sunday three to nine days ahead."""
    soonest = today + timedelta(days=DAYS_AHEAD)
    last_day = soonest + timedelta(days=6 - soonest.weekday())
    return Season(SeasonOptions(games=SEASON_GAMES, last_day=last_day, plants=MISTAKES))


def collect(
    settings: Settings,
    *,
    since: datetime,
    until: datetime,
    on_plan: Callable[[int], Callable[[int], None]],
) -> Collection:
    """Collect a season between two moments and land it.

    Args:
        settings: which warehouse; the API's address and key are the simulator's.
        since: when to begin.
        until: when to end, the present of the demo.
        on_plan: told the number of calls; returns what is told after each how many are done.

    Raises:
        OddsError: the warehouse cannot be reached or written to.
    """
    started = time.perf_counter()
    season = season_around(until.date())
    calls = plan(season, since=since, until=until.replace(microsecond=0))
    report = on_plan(len(calls))
    clock = VirtualClock(since)
    kept: list[ApiResponse] = []
    landed = 0
    own = settings.model_copy(update={"odds_data_dir": settings.odds_data_dir / "demo"})
    landing = Landing(own, now=clock.now)

    def keep(response: ApiResponse) -> None:
        landing.spool.write(response)
        kept.append(response)

    def wait(seconds: float) -> None:
        clock.advance(timedelta(seconds=seconds))

    with serve(season, clock) as server:
        client = OddsApiClient(
            base_url=server.url,
            key=SecretStr(DEMO_KEY),
            session=new_session(),
            clock=clock.now,
            sleep=wait,
            on_response=keep,
            job_id=DEMO_JOB,
        )
        for number, (moment, request) in enumerate(calls, start=1):
            clock.set(moment)
            client.get(request)
            report(number)
            if number % CALLS_A_LANDING == 0 or number == len(calls):
                landed += landing.land_spool().landed
    return Collection(
        responses=len(kept),
        landed=landed,
        credits_charged=sum(response.credits_charged or 0 for response in kept),
        seconds=time.perf_counter() - started,
    )


def _odds_moments(season: Season, since: datetime, until: datetime) -> Iterator[datetime]:
    step = CLOSING_INTERVAL
    moment = since + (datetime.min.replace(tzinfo=UTC) - since) % step
    while moment < until:
        yield from _due_at(season, moment, until=until)
        moment += step


def _due_at(season: Season, moment: datetime, *, until: datetime) -> Iterator[datetime]:
    """Whether that half hour is due, and the closes due until the next."""
    seconds = int(moment.timestamp())
    shown = [event.commence(seconds) for event in season.listed(seconds)]
    starts = [datetime.fromtimestamp(start, tz=UTC) for start in shown if start > seconds]
    is_usual = moment.timestamp() % USUAL_INTERVAL.total_seconds() == 0
    if is_usual or any(start - moment <= CLOSING_WINDOW for start in starts):
        yield moment
    for start in starts:
        close = start - CLOSE_BEFORE_START
        if moment < close <= moment + CLOSING_INTERVAL and close < until:
            yield close
