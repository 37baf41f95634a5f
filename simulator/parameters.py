"""Query parameters: what the API accepts, and how it refuses the rest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from simulator.catalogue import (
    BOOKMAKER_KEYS,
    EVENT_MARKETS,
    ODDS_MARKETS,
    OUTRIGHT_MARKETS,
    REGIONS,
    Sport,
)
from simulator.clock import to_seconds
from simulator.rendering import Style

Query = Mapping[str, str]
_ID = re.compile(r"[0-9a-f]{32}")
_BOOKS_A_REGION = 10
_DETAILS = "https://the-odds-api.com/liveapi/guides/v4/api-error-codes.html#"


class ApiError(Exception):
    """A refusal, as the API words it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def body(self) -> dict[str, str]:
        """The three fields of an error."""
        return {
            "message": self.message,
            "error_code": self.code,
            "details_url": _DETAILS + self.code.lower().replace("_", "-"),
        }


def invalid(code: str, message: str) -> ApiError:
    """The refusal of a parameter."""
    return ApiError(422, code, message)


@dataclass(frozen=True)
class Selection:
    """Which books are asked for, and how many regions that counts as."""

    regions: tuple[str, ...]
    bookmakers: tuple[str, ...]

    @property
    def region_count(self) -> int:
        """How many regions are charged: ten named books count as one."""
        if self.bookmakers:
            return ceil(len(self.bookmakers) / _BOOKS_A_REGION)
        return len(self.regions)


@dataclass(frozen=True)
class EventFilter:
    """Event ids and a time window (inclusive, epoch seconds); None where not given."""

    event_ids: frozenset[str] | None = None
    first: int | None = None
    last: int | None = None

    def admits(self, event_id: str, commence: int) -> bool:
        """Whether an event with that id and shown start passes."""
        return (
            (self.event_ids is None or event_id in self.event_ids)
            and (self.first is None or commence >= self.first)
            and (self.last is None or commence <= self.last)
        )


def flag(query: Query, name: str, code: str) -> bool:
    """A boolean, literally `true` or `false`."""
    value = query.get(name, "false")
    if value not in ("true", "false"):
        raise invalid(code, f"Invalid {name} parameter. Must be true or false")
    return value == "true"


def choice(query: Query, name: str, allowed: tuple[str, ...], code: str) -> str:
    """One of a few words; the first is the default."""
    value = query.get(name, allowed[0])
    if value not in allowed:
        raise invalid(code, f"Invalid {name} parameter. Must be one of {', '.join(allowed)}")
    return value


def is_iso(query: Query) -> bool:
    """Whether times are wanted as text."""
    return choice(query, "dateFormat", ("iso", "unix"), "INVALID_DATE_FORMAT") == "iso"


def selection(query: Query, known: frozenset[str]) -> Selection:
    """Books by region or by name; names win. Unknown names are ignored beside known ones."""
    bookmakers = _list(query, "bookmakers")
    regions = _list(query, "regions")
    if bookmakers:
        if not set(bookmakers) & (BOOKMAKER_KEYS | known):
            raise invalid("INVALID_BOOKMAKERS", "Invalid bookmakers parameter")
        return Selection((), bookmakers)
    if not regions:
        raise invalid("MISSING_REGION", "Missing regions or bookmakers key")
    unknown = [region for region in regions if region not in REGIONS]
    if unknown:
        raise invalid("INVALID_REGION", f"Invalid region parameter: {','.join(unknown)}")
    return Selection(regions, ())


def markets(query: Query, sport: Sport, *, is_event: bool) -> tuple[str, ...]:
    """The markets asked for, without repetitions."""
    default = "outrights" if sport.has_outrights else "h2h"
    asked = _list(query, "markets") if "markets" in query else (default,)
    if not asked:
        raise invalid("MISSING_MARKET", "Missing markets parameter")
    allowed = EVENT_MARKETS if is_event else frozenset(ODDS_MARKETS)
    unknown = [market for market in asked if market not in allowed]
    if unknown:
        raise invalid(
            "INVALID_MARKET", f"Markets not supported by this endpoint: {', '.join(unknown)}"
        )
    if any((market in OUTRIGHT_MARKETS) != sport.has_outrights for market in asked):
        raise invalid("INVALID_MARKET_COMBO", "Invalid combination of markets and sport")
    return asked


def style(query: Query, asked: tuple[str, ...], *, is_event: bool) -> Style:
    """How the odds are to be written."""
    odds_format = choice(query, "oddsFormat", ("decimal", "american"), "INVALID_ODDS_FORMAT")
    flag(query, "includeMultipliers", "INVALID_INCLUDE_MULTIPLIERS")
    return Style(
        markets=asked,
        is_american=odds_format == "american",
        is_iso=is_iso(query),
        has_links=flag(query, "includeLinks", "INVALID_INCLUDE_LINKS"),
        has_sids=flag(query, "includeSids", "INVALID_INCLUDE_SIDS"),
        has_bet_limits=flag(query, "includeBetLimits", "INVALID_INCLUDE_BET_LIMITS"),
        has_rotations=rotations(query),
        has_book_stamps=not is_event,
    )


def rotations(query: Query) -> bool:
    """Whether rotation numbers are wanted."""
    return flag(query, "includeRotationNumbers", "INVALID_INCLUDE_ROTATION_NUMBERS")


def event_filter(query: Query) -> EventFilter:
    """Which events are asked for."""
    ids = _list(query, "eventIds")
    if "eventIds" in query and not (ids and all(_ID.fullmatch(each) for each in ids)):
        raise invalid("INVALID_EVENT_IDS", "Invalid eventIds parameter")
    first = _moment(query, "commenceTimeFrom", "INVALID_COMMENCE_TIME_FROM")
    last = _moment(query, "commenceTimeTo", "INVALID_COMMENCE_TIME_TO")
    if first is not None and last is not None and last <= first:
        raise invalid(
            "INVALID_COMMENCE_TIME_RANGE", "commenceTimeTo must be later than commenceTimeFrom"
        )
    return EventFilter(frozenset(ids) if ids else None, first, last)


def event_id(value: str) -> str:
    """The event id of a path."""
    if not _ID.fullmatch(value):
        raise invalid("INVALID_EVENT_ID", "Invalid event id. Must be 32 characters")
    return value


def days_from(query: Query) -> int | None:
    """How many days of completed games are asked for."""
    if "daysFrom" not in query:
        return None
    if query["daysFrom"] not in ("1", "2", "3"):
        raise invalid(
            "INVALID_SCORES_DAYS_FROM", "Invalid daysFrom parameter. Must be an integer 1 to 3"
        )
    return int(query["daysFrom"])


def _list(query: Query, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in query.get(name, "").split(",") if part))


def _moment(query: Query, name: str, code: str) -> int | None:
    if name not in query:
        return None
    try:
        moment = datetime.strptime(f"{query[name]}+0000", "%Y-%m-%dT%H:%M:%SZ%z")
    except ValueError:
        raise invalid(
            code, f"Invalid {name} parameter. The format must be YYYY-MM-DDTHH:MM:SSZ"
        ) from None
    return to_seconds(moment)
