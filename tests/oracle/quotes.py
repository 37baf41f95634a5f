"""Quotes of one response, grouped by the piece (event, book, market) that shows them."""

from typing import NamedTuple

from tests.oracle.responses import Outcome, Response
from tests.oracle.values import MICROSECONDS_PER_MINUTE

STALE_AFTER = 10 * MICROSECONDS_PER_MINUTE


class Piece(NamedTuple):
    """What a response shows or withdraws as a whole."""

    event_id: str
    bookmaker_key: str
    market_key: str


class OutcomeKey(NamedTuple):
    """A quote's key inside its piece; `line` is null but in markets of many lines."""

    outcome_name: str
    outcome_description: str | None
    line: float | None


class QuoteState(NamedTuple):
    """A quote as one response shows it."""

    outcome: Outcome
    market_updated_at: int | None
    is_stale: bool
    is_in_play: bool


Showing = dict[OutcomeKey, QuoteState]


def is_aged_out(last_shown: QuoteState) -> bool | None:
    """Whether a quote that is shown no more was stale when last shown; unknown without a stamp."""
    return last_shown.is_stale if last_shown.market_updated_at is not None else None


def is_stale(captured_at: int, market_updated_at: int | None) -> bool:
    return market_updated_at is not None and captured_at - market_updated_at > STALE_AFTER


def showings_of(response: Response) -> dict[Piece, Showing]:
    """Every piece a response shows."""
    showings: dict[Piece, Showing] = {}
    for event in response.events.values():
        is_in_play = response.captured_at >= event.commence_time
        for market in event.markets:
            if not market.outcomes:
                continue
            piece = Piece(event.event_id, market.bookmaker_key, market.market_key)
            showing = showings.setdefault(piece, {})
            stale = is_stale(response.captured_at, market.updated_at)
            for outcome in market.outcomes:
                key = OutcomeKey(outcome.name, outcome.description, outcome.line)
                showing[key] = QuoteState(outcome, market.updated_at, stale, is_in_play)
    return showings
