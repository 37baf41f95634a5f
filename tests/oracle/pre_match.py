"""Openings and closes: the first quote of a key, and the last word on it before the start."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tests.oracle.events import Event
from tests.oracle.quotes import (
    OutcomeKey,
    Piece,
    QuoteState,
    Showing,
    is_aged_out,
    showings_of,
)
from tests.oracle.responses import Response
from tests.oracle.scope import covers
from tests.oracle.values import MICROSECONDS_PER_MINUTE

CLOSING_MAX_AGE = 60 * MICROSECONDS_PER_MINUTE
CENSORED_AFTER = 60 * MICROSECONDS_PER_MINUTE


class Opening(NamedTuple):
    """A row of `fct_opening_lines`; `line` is the point where it is part of the key."""

    event_id: str
    bookmaker_key: str
    market_key: str
    outcome_name: str
    outcome_description: str | None
    line: float | None
    point: float | None
    american_price: int | None
    decimal_price: float | None
    captured_at: int
    market_updated_at: int | None
    is_left_censored: bool
    response_id: str


class Close(NamedTuple):
    """A row of `fct_closing_lines`; `line` is the point where it is part of the key."""

    event_id: str
    bookmaker_key: str
    market_key: str
    outcome_name: str
    outcome_description: str | None
    line: float | None
    point: float | None
    american_price: int | None
    decimal_price: float | None
    captured_at: int | None
    market_updated_at: int | None
    minutes_before_start: float | None
    missing_reason: str | None
    is_aged_out: bool | None
    response_id: str | None


class QuoteHistory:
    """Where in the ordered quote responses each piece and each quote was shown."""

    def __init__(self, responses: Iterable[Response]) -> None:
        self.responses = [response for response in responses if response.request.is_odds]
        self.times = [response.captured_at for response in self.responses]
        self.shown_at: dict[Piece, list[int]] = {}
        self.first_shown: dict[Piece, dict[OutcomeKey, int]] = {}
        for position, response in enumerate(self.responses):
            for piece, showing in showings_of(response).items():
                self.shown_at.setdefault(piece, []).append(position)
                firsts = self.first_shown.setdefault(piece, {})
                for key in showing:
                    firsts.setdefault(key, position)

    def showing(self, piece: Piece, response: Response) -> Showing:
        """The quotes of a piece in one response; empty if it is not shown."""
        event = response.events.get(piece.event_id)
        if event is None:
            return {}
        only = Response(
            response.captured_at, response.response_id, response.request, {event.event_id: event}
        )
        return showings_of(only).get(piece, {})

    def covered(self, piece: Piece, by: int, last_shown: int) -> bool:
        """Whether the response at `by` speaks of a piece last shown at `last_shown`."""
        earlier = self.responses[last_shown]
        return covers(
            self.responses[by].request,
            earlier.request,
            earlier.events[piece.event_id],
            piece.bookmaker_key,
            piece.market_key,
        )


def derive_openings(history: QuoteHistory, starts_at: dict[str, int]) -> list[Opening]:
    """One row per quote key whose first quote lies before the event's start."""
    openings = []
    for piece, firsts in history.first_shown.items():
        cut = bisect_left(history.times, starts_at[piece.event_id])
        for key, position in firsts.items():
            if position < cut:
                response = history.responses[position]
                state = history.showing(piece, response)[key]
                is_censored = _is_left_censored(history, piece, position)
                openings.append(_opening(piece, key, state, response, is_censored))
    return openings


def _is_left_censored(history: QuoteHistory, piece: Piece, first: int) -> bool:
    earliest = history.times[first] - CENSORED_AFTER
    before = bisect_left(history.times, earliest)
    return not any(history.covered(piece, by, first) for by in range(before, first))


def _opening(
    piece: Piece, key: OutcomeKey, state: QuoteState, response: Response, is_censored: bool
) -> Opening:
    return Opening(
        *piece,
        *key,
        point=state.outcome.point,
        american_price=state.outcome.american_price,
        decimal_price=state.outcome.decimal_price,
        captured_at=response.captured_at,
        market_updated_at=state.market_updated_at,
        is_left_censored=is_censored,
        response_id=response.response_id,
    )


def derive_closes(history: QuoteHistory, events: Iterable[Event], as_of: int) -> list[Close]:
    """One row per quote key ever quoted before its event's start: a close or a reason."""
    starts_at = {event.event_id: event.starts_at for event in events}
    closes: list[Close] = []
    for piece, firsts in history.first_shown.items():
        start = starts_at[piece.event_id]
        cut = bisect_left(history.times, start)
        keys = [key for key, first in firsts.items() if first < cut]
        if start > as_of:
            closes += [_missing(piece, key, "not_started") for key in keys]
        elif keys:
            closes += _closes_of_piece(history, piece, keys, start=start)
    return closes


def _closes_of_piece(
    history: QuoteHistory, piece: Piece, keys: list[OutcomeKey], *, start: int
) -> Iterator[Close]:
    last = _last_in_scope(history, piece, start)
    response = history.responses[last]
    showing = history.showing(piece, response)
    for key in keys:
        if piece.event_id not in response.events:
            yield _missing(piece, key, "event_off")
        elif start - response.captured_at > CLOSING_MAX_AGE:
            yield _missing(piece, key, "fetch_gap")
        elif key not in showing:
            aged_out = is_aged_out(_last_state(history, piece, key, before=last))
            yield _missing(piece, key, "withdrawn", aged_out=aged_out)
        elif showing[key].is_stale:
            yield _missing(piece, key, "stale", aged_out=False)
        elif showing[key].outcome.decimal_price is None:
            yield _missing(piece, key, "unpriced")
        else:
            yield _close(piece, key, showing[key], response, start)


def _last_in_scope(history: QuoteHistory, piece: Piece, start: int) -> int:
    """Position of the last response before `start` that shows the piece or covers it."""
    cut = bisect_left(history.times, start)
    positions = history.shown_at[piece]
    last_shown = positions[bisect_left(positions, cut) - 1]
    silent = range(cut - 1, last_shown, -1)
    return next((by for by in silent if history.covered(piece, by, last_shown)), last_shown)


def _last_state(history: QuoteHistory, piece: Piece, key: OutcomeKey, *, before: int) -> QuoteState:
    positions = history.shown_at[piece]
    earlier = reversed(positions[: bisect_left(positions, before)])
    showings = (history.showing(piece, history.responses[position]) for position in earlier)
    return next(showing[key] for showing in showings if key in showing)


def _missing(piece: Piece, key: OutcomeKey, reason: str, *, aged_out: bool | None = None) -> Close:
    return Close(
        *piece,
        *key,
        point=None,
        american_price=None,
        decimal_price=None,
        captured_at=None,
        market_updated_at=None,
        minutes_before_start=None,
        missing_reason=reason,
        is_aged_out=aged_out,
        response_id=None,
    )


def _close(
    piece: Piece, key: OutcomeKey, state: QuoteState, response: Response, start: int
) -> Close:
    return Close(
        *piece,
        *key,
        point=state.outcome.point,
        american_price=state.outcome.american_price,
        decimal_price=state.outcome.decimal_price,
        captured_at=response.captured_at,
        market_updated_at=state.market_updated_at,
        minutes_before_start=(start - response.captured_at) / MICROSECONDS_PER_MINUTE,
        missing_reason=None,
        is_aged_out=False,
        response_id=response.response_id,
    )
