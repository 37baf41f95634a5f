"""One type per request we send, checked before it costs anything."""

import re
from abc import ABC
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Literal, get_args

from ingestion.errors import UsageError
from ingestion.odds_api.catalogue import known
from ingestion.odds_api.credits import Endpoint, billed_regions, estimate

Region = Literal["us", "us2", "us_dfs", "us_ex", "uk", "eu", "fr", "se", "au"]
REGIONS: tuple[str, ...] = get_args(Region)

# Staging reads american integers and ISO times; nothing of ours asks for anything else.
ODDS_FORMAT: Mapping[str, str] = {"oddsFormat": "american"}
DATE_FORMAT: Mapping[str, str] = {"dateFormat": "iso"}

_EVENT_ID = re.compile(r"[0-9a-f]{32}")


class Request(ABC):
    """What one call asks for. Building it raises UsageError if the API could not serve it."""

    endpoint: ClassVar[Endpoint]
    path_template: ClassVar[str]
    is_historical: ClassVar[bool] = False
    sport_key: str | None = None
    event_id: str | None = None

    @property
    def path(self) -> str:
        """The path under the base URL."""
        return self.path_template.format(sport_key=self.sport_key, event_id=self.event_id)

    @property
    def params(self) -> dict[str, str]:
        """The query, without the key."""
        return {name: value for name, value in self._query().items() if value is not None}

    @property
    def estimated_credits(self) -> int:
        """The most this call may cost."""
        return estimate(self.endpoint)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is legal but hardly meant."""
        return ()

    def _query(self) -> dict[str, str | None]:
        return {**DATE_FORMAT}


@dataclass(frozen=True, kw_only=True)
class SportsRequest(Request):
    """The list of sports: free, and it carries the balance."""

    endpoint: ClassVar[Endpoint] = "sports"
    path_template: ClassVar[str] = "/v4/sports"

    def _query(self) -> dict[str, str | None]:
        return {}


@dataclass(frozen=True, kw_only=True)
class EventsRequest(Request):
    """The coming and running events of a sport, without odds: free."""

    endpoint: ClassVar[Endpoint] = "events"
    path_template: ClassVar[str] = "/v4/sports/{sport_key}/events"
    sport_key: str
    event_ids: tuple[str, ...] = ()
    commence_time_from: datetime | None = None
    commence_time_to: datetime | None = None

    def __post_init__(self) -> None:
        known().sport(self.sport_key)
        _refuse_repeats("event_ids", self.event_ids)
        for event_id in self.event_ids:
            check_event_id(event_id)
        query = self._query()
        start, end = query["commenceTimeFrom"], query["commenceTimeTo"]
        if start and end and start >= end:
            raise UsageError("commence_time_to must be later than commence_time_from")

    def _query(self) -> dict[str, str | None]:
        start, end = self.commence_time_from, self.commence_time_to
        return {
            "eventIds": ",".join(self.event_ids) or None,
            "commenceTimeFrom": iso_seconds(start) if start else None,
            "commenceTimeTo": iso_seconds(end) if end else None,
            **DATE_FORMAT,
        }


@dataclass(frozen=True, kw_only=True)
class ScoresRequest(Request):
    """Scores of running events, and of those completed in the last `days_from` days (1 to 3)."""

    endpoint: ClassVar[Endpoint] = "scores"
    path_template: ClassVar[str] = "/v4/sports/{sport_key}/scores"
    sport_key: str
    days_from: int | None = None

    def __post_init__(self) -> None:
        if not known().sport(self.sport_key).has_scores:
            raise UsageError(
                f"the API has no scores for {self.sport_key}: "
                "bring them with `odds results import CSV`"
            )
        if self.days_from is not None and self.days_from not in {1, 2, 3}:
            raise UsageError(f"days_from is {self.days_from}: the API looks back 1, 2 or 3 days")

    @property
    def estimated_credits(self) -> int:
        """The most this call may cost."""
        return estimate(self.endpoint, has_days_from=self.days_from is not None)

    def _query(self) -> dict[str, str | None]:
        days_from = None if self.days_from is None else str(self.days_from)
        return {"daysFrom": days_from, **DATE_FORMAT}


@dataclass(frozen=True, kw_only=True)
class PricedRequest(Request):
    """What every call for odds shares: markets, from named books or else from whole regions.

    It has no event or time filter: those save no credits and would split the scope within which a
    later answer can withdraw a quote.
    """

    are_additional_markets_served: ClassVar[bool] = False
    sport_key: str
    markets: tuple[str, ...]
    bookmakers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known().sport(self.sport_key)
        if not self.markets:
            raise UsageError("markets: name at least one, for example h2h")
        if not (self.bookmakers or self.regions):
            raise UsageError("name bookmakers (up to ten cost one region) or regions")
        for name in ("markets", "bookmakers", "regions"):
            _refuse_repeats(name, getattr(self, name))
        for key in self.bookmakers:
            known().bookmaker(key, in_history=self.is_historical)
        for region in self.regions:
            if region not in REGIONS:
                raise UsageError(f"unknown region {region!r}: take from {', '.join(REGIONS)}")
        for key in self.markets:
            self._check_market(key)

    @property
    def estimated_credits(self) -> int:
        """The most this call may cost."""
        regions = billed_regions(
            bookmaker_count=len(self.bookmakers), region_count=len(self.regions)
        )
        return estimate(self.endpoint, market_count=len(self.markets), regions=regions)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is legal but hardly meant."""
        if self.bookmakers and self.regions:
            return (f"bookmakers are named, so regions {','.join(self.regions)} are not asked",)
        return ()

    def _check_market(self, key: str) -> None:
        market, sport = known().market(key), known().sport(self.sport_key)
        if not (market.is_featured or self.are_additional_markets_served):
            raise UsageError(f"{key} is not served for a whole sport: ask per event (`--event ID`)")
        if (market.kind == "outright") != sport.is_outright:
            fits = "outrights only" if sport.is_outright else "no outrights"
            raise UsageError(f"market {key} does not fit: {sport.key} has {fits}")

    def _query(self) -> dict[str, str | None]:
        return {
            "markets": ",".join(self.markets),
            "bookmakers": ",".join(self.bookmakers) or None,
            # ignored beside bookmakers, and a reader of the row would take it for the scope
            "regions": None if self.bookmakers else ",".join(self.regions),
            **ODDS_FORMAT,
            **DATE_FORMAT,
        }


@dataclass(frozen=True, kw_only=True)
class OddsRequest(PricedRequest):
    """Featured markets of every event of a sport, for one price."""

    endpoint: ClassVar[Endpoint] = "odds"
    path_template: ClassVar[str] = "/v4/sports/{sport_key}/odds"


@dataclass(frozen=True, kw_only=True)
class EventOddsRequest(PricedRequest):
    """Any markets of one event."""

    endpoint: ClassVar[Endpoint] = "event_odds"
    path_template: ClassVar[str] = "/v4/sports/{sport_key}/events/{event_id}/odds"
    are_additional_markets_served: ClassVar[bool] = True
    event_id: str

    def __post_init__(self) -> None:
        super().__post_init__()
        check_event_id(self.event_id)


@dataclass(frozen=True, kw_only=True)
class HistoricalEventsRequest(Request):
    """The events of a sport as they stood in the last snapshot at or before `date`."""

    endpoint: ClassVar[Endpoint] = "historical_events"
    path_template: ClassVar[str] = "/v4/historical/sports/{sport_key}/events"
    is_historical: ClassVar[bool] = True
    sport_key: str
    date: datetime

    def __post_init__(self) -> None:
        known().sport(self.sport_key)
        iso_seconds(self.date)

    def _query(self) -> dict[str, str | None]:
        return {"date": iso_seconds(self.date), **DATE_FORMAT}


@dataclass(frozen=True, kw_only=True)
class HistoricalOddsRequest(PricedRequest):
    """The `/odds` answer as it stood in the last snapshot at or before `date`."""

    endpoint: ClassVar[Endpoint] = "historical_odds"
    path_template: ClassVar[str] = "/v4/historical/sports/{sport_key}/odds"
    is_historical: ClassVar[bool] = True
    date: datetime

    def __post_init__(self) -> None:
        super().__post_init__()
        iso_seconds(self.date)

    def _query(self) -> dict[str, str | None]:
        return super()._query() | {"date": iso_seconds(self.date)}


@dataclass(frozen=True, kw_only=True)
class HistoricalEventOddsRequest(HistoricalOddsRequest):
    """Any markets of one event as they stood in the last snapshot at or before `date`."""

    endpoint: ClassVar[Endpoint] = "historical_event_odds"
    path_template: ClassVar[str] = "/v4/historical/sports/{sport_key}/events/{event_id}/odds"
    are_additional_markets_served: ClassVar[bool] = True
    event_id: str

    def __post_init__(self) -> None:
        super().__post_init__()
        check_event_id(self.event_id)


def markets_that_fit(sport_key: str, markets: tuple[str, ...]) -> tuple[str, ...]:
    """Return the markets to ask of a sport: `outrights` of a winner market, else the others."""
    if known().sport(sport_key).is_outright:
        return ("outrights",)
    return tuple(key for key in markets if known().market(key).kind != "outright")


def check_event_id(event_id: str) -> None:
    """Raise UsageError unless this can be an event id: 32 hexadecimal characters."""
    if not _EVENT_ID.fullmatch(event_id):
        raise UsageError(
            f"event id {event_id!r} is not 32 hexadecimal characters: `odds events` lists them"
        )


def iso_seconds(moment: datetime) -> str:
    """Return the UTC time as the API wants it, for example 2026-01-31T18:00:00Z.

    Raises:
        UsageError: the time has no zone, or parts of a second, which the API refuses.
    """
    if moment.tzinfo is None:
        raise UsageError(f"{moment.isoformat()} has no time zone: write it as 2026-01-31T18:00:00Z")
    if moment.microsecond:
        raise UsageError(f"{moment.isoformat()}: the API takes whole seconds only")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _refuse_repeats(name: str, keys: tuple[str, ...]) -> None:
    repeated = sorted({key for key in keys if keys.count(key) > 1})
    if repeated:
        raise UsageError(f"{name}: {', '.join(repeated)} named twice")
