"""Asks the API, keeps every attempt on disk, and lands what came."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import requests
from pydantic import SecretStr

from ingestion.errors import OddsError, UsageError
from ingestion.landing import Landing, LandingSummary
from ingestion.odds_api.client import OddsApiClient, Paying, new_session
from ingestion.odds_api.endpoints import (
    EventOddsRequest,
    EventsRequest,
    OddsRequest,
    Request,
    ScoresRequest,
    SportsRequest,
    markets_that_fit,
)
from ingestion.odds_api.failures import AnswerError, is_event_gone
from ingestion.responses import ApiResponse
from ingestion.settings import Settings

Kind = Literal["odds", "events", "scores", "sports"]


@dataclass(frozen=True, kw_only=True)
class FetchSummary:
    """What was asked, what came (every attempt is one response), and what it cost."""

    requests: int
    responses: tuple[ApiResponse, ...]
    landed: int
    already_held: int

    @property
    def credits_charged(self) -> int:
        """Credits the API says it took."""
        return sum(response.credits_charged or 0 for response in self.responses)

    @property
    def credits_unsettled(self) -> int:
        """Estimates of the attempts for which the API did not say."""
        return sum(
            response.credits_estimated or 0
            for response in self.responses
            if response.credits_charged is None
        )

    @property
    def credits_remaining(self) -> int | None:
        """The balance after the last answer that told it."""
        told = (response.credits_remaining for response in reversed(self.responses))
        return next((balance for balance in told if balance is not None), None)

    @property
    def gone_event_ids(self) -> tuple[str, ...]:
        """Events the API no longer knows."""
        return tuple(
            response.event_id
            for response in self.responses
            if response.event_id is not None and is_event_gone(response)
        )


def build_requests(
    kind: Kind,
    settings: Settings,
    *,
    sports: Iterable[str] = (),
    event_id: str | None = None,
    days_from: int | None = None,
) -> list[Request]:
    """Return the requests of one kind: one a sport, with the books and markets of the settings.

    Args:
        kind: what to ask for.
        settings: markets, bookmakers and regions; the sports too, where none are given.
        sports: the sports to ask for.
        event_id: asks for the odds of this event alone, which serves every market.
        days_from: asks for scores of games completed in so many days, too.

    Raises:
        UsageError: the API could not serve it; the message says what to mend.
    """
    sport_keys = tuple(dict.fromkeys(sports)) or settings.odds_sports
    if event_id is not None and (kind != "odds" or len(sport_keys) != 1):
        raise UsageError("an event id goes with `odds` and exactly one sport")
    if days_from is not None and kind != "scores":
        raise UsageError("days_from goes with `scores`")
    if kind == "sports":
        return [SportsRequest()]
    if kind == "events":
        return [EventsRequest(sport_key=key) for key in sport_keys]
    if kind == "scores":
        return [ScoresRequest(sport_key=key, days_from=days_from) for key in sport_keys]
    return [_odds_request(key, settings, event_id=event_id) for key in sport_keys]


def fetch(
    kind: Kind,
    settings: Settings,
    *,
    sports: Iterable[str] = (),
    event_id: str | None = None,
    days_from: int | None = None,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    job_id: str | None = None,
    landing: Landing | None = None,
    session: requests.Session | None = None,
) -> FetchSummary:
    """Ask for one kind of data and land what comes; see `build_requests` and `send`."""
    wanted = build_requests(kind, settings, sports=sports, event_id=event_id, days_from=days_from)
    return send(
        wanted,
        settings,
        clock=clock,
        sleep=sleep,
        job_id=job_id,
        landing=landing,
        session=session,
    )


def send(
    wanted: Iterable[Request],
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    job_id: str | None = None,
    landing: Landing | None = None,
    session: requests.Session | None = None,
    paying: Paying | None = None,
    useless: set[str] | None = None,
    on_response: Callable[[ApiResponse], object] | None = None,
) -> FetchSummary:
    """Send requests one after the other and land every answer, whatever becomes of the others.

    A call without a usable answer does not keep the next one from being made; anything worse (no
    credits, key refused, disk full) stops.

    Args:
        wanted: what to ask.
        settings: key, base URL, and where to land.
        clock: the time, with a zone.
        sleep: waits so many seconds between two attempts.
        job_id: written into every row.
        landing: a warm one, else one is made.
        session: an open one, else one is made.
        paying: reserves credits around every attempt.
        useless: checksums of payloads that were of no use before, and are not bought again at once;
            those that come are added.
        on_response: gets every attempt once it is on disk, also where the call fails in the end.

    Raises:
        OddsError: a call failed; what did come has landed by then.
    """
    landing = landing or Landing(settings, now=clock)
    spool = landing.spool
    spool.check_writable()
    responses: list[ApiResponse] = []

    def keep(response: ApiResponse) -> None:
        spool.write(response)
        responses.append(response)
        if on_response:
            on_response(response)

    client = OddsApiClient(
        base_url=settings.odds_api_base_url,
        key=key_of(settings),
        session=session or new_session(),
        clock=clock,
        sleep=sleep,
        on_response=keep,
        job_id=job_id,
        paying=paying,
        useless=useless,
    )
    wanted = list(wanted)
    failed: list[AnswerError] = []
    try:
        for request in wanted:
            try:
                client.get(request)
            except AnswerError as error:
                failed.append(error)
    finally:
        summary = _land(landing, came=len(responses))
    if failed:
        raise AnswerError(f"{len(failed)} of {len(wanted)} calls failed, the first: {failed[0]}")
    return FetchSummary(
        requests=len(wanted),
        responses=tuple(responses),
        landed=summary.landed,
        already_held=summary.already_held,
    )


def _land(landing: Landing, *, came: int) -> LandingSummary:
    """Land what came, or say where it is: running the same command again would pay again."""
    try:
        return landing.land_spool()
    except OddsError as error:
        if not came:
            raise
        answers = "the answer is" if came == 1 else f"the {came} answers are"
        what = str(error).removesuffix(", then run again")
        raise OddsError(
            f"{what}; {answers} safe on disk, in {landing.spool.folder}: the collector or any "
            "later `odds fetch` lands what waits there (`odds fetch sports` costs nothing)"
        ) from error


def _odds_request(sport_key: str, settings: Settings, *, event_id: str | None) -> Request:
    markets = markets_that_fit(sport_key, settings.odds_markets)
    are_books_chosen = "odds_bookmakers" in settings.model_fields_set
    # books that stand there by default give way to regions that somebody chose
    bookmakers = settings.odds_bookmakers if are_books_chosen or not settings.odds_regions else ()
    regions = settings.odds_regions
    if event_id is None:
        return OddsRequest(
            sport_key=sport_key, markets=markets, bookmakers=bookmakers, regions=regions
        )
    return EventOddsRequest(
        sport_key=sport_key,
        event_id=event_id,
        markets=markets,
        bookmakers=bookmakers,
        regions=regions,
    )


def key_of(settings: Settings) -> SecretStr:
    """The key of the API.

    Raises:
        UsageError: there is none.
    """
    if settings.odds_api_key is None:
        raise UsageError("ODDS_API_KEY is not set: put your key into .env or the environment")
    return settings.odds_api_key
