"""The change log, by replaying responses in order over the quotes that stand."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

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

DAY = 24 * 60 * MICROSECONDS_PER_MINUTE
FORGOTTEN_AFTER = 3 * DAY


class Change(NamedTuple):
    """A row of `fct_odds_changes`; `line` is the point where it is part of the key, else null."""

    event_id: str
    bookmaker_key: str
    market_key: str
    outcome_name: str
    outcome_description: str | None
    line: float | None
    point: float | None
    american_price: int | None
    decimal_price: float | None
    valid_from: int
    valid_to: int | None
    previous_seen_at: int | None
    market_updated_at: int | None
    is_withdrawn: bool
    is_stale: bool
    is_in_play: bool
    is_aged_out: bool | None
    response_id: str

    @property
    def key(self) -> tuple[str, str, str, str, str | None, float | None]:
        return self[:6]


@dataclass(slots=True)
class StandingPiece:
    """A piece not withdrawn: the response that last showed it, and its quotes."""

    last_shown: Response
    showing: Showing


# by event: what is shown and not withdrawn
Standing = dict[str, dict[Piece, StandingPiece]]


def derive_changes(responses: Iterable[Response]) -> list[Change]:
    """Every change of every quote, in order, from responses in order."""
    standing: Standing = {}
    looks_at: dict[str, list[int]] = {}
    changes: list[Change] = []
    for response in responses:
        changes += _replay(standing, response, looks_at)
    return _with_valid_to(changes)


def standing_at(
    responses: Iterable[Response], moments: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], dict[Piece, StandingPiece]]:
    """What stood of an event at a moment in microseconds, a response of that moment included."""
    standing: Standing = {}
    looks_at: dict[str, list[int]] = {}
    found: dict[tuple[str, int], dict[Piece, StandingPiece]] = {}
    to_come = sorted(moments, key=lambda moment: moment[1], reverse=True)
    for response in responses:
        while to_come and to_come[-1][1] < response.captured_at:
            event_id, at = to_come.pop()
            found[event_id, at] = dict(standing.get(event_id, {}))
        _replay(standing, response, looks_at)
    found.update({(event_id, at): dict(standing.get(event_id, {})) for event_id, at in to_come})
    return found


def _replay(standing: Standing, response: Response, looks_at: dict[str, list[int]]) -> list[Change]:
    """Have a response say what it has to say of all that stands."""
    changes: list[Change] = []
    if not response.request.is_odds:
        return changes
    looks = looks_at.setdefault(response.request.sport_key, [])
    looks.append(response.captured_at)
    showings = showings_of(response)
    for piece, showing in showings.items():
        of_event = standing.setdefault(piece.event_id, {})
        changes += _differences(piece, of_event.get(piece), showing, response)
        of_event[piece] = StandingPiece(response, showing)
    for of_event in standing.values():
        for piece in [piece for piece in of_event if piece not in showings]:
            if _withdraws(response, of_event[piece].last_shown, piece, looks):
                changes += _withdrawals(piece, of_event.pop(piece), response)
    return changes


def _withdraws(response: Response, last_shown: Response, piece: Piece, looks: list[int]) -> bool:
    return not _is_forgotten(response, last_shown, piece.event_id, looks) and covers(
        response.request,
        last_shown.request,
        last_shown.events[piece.event_id],
        piece.bookmaker_key,
        piece.market_key,
    )


def _is_forgotten(
    response: Response, last_shown: Response, event_id: str, looks: list[int]
) -> bool:
    """Nobody asks what became of a game long ago, unless it is listed again.

    Time in which nobody looked at its sport does not count: `looks` are when somebody did.
    """
    last_known = max(last_shown.captured_at, last_shown.events[event_id].commence_time)
    before = bisect_right(looks, response.captured_at - DAY)
    return (
        event_id not in response.events
        and before > 0
        and looks[before - 1] > last_known + FORGOTTEN_AFTER
    )


def _differences(
    piece: Piece, standing: StandingPiece | None, after: Showing, response: Response
) -> Iterable[Change]:
    before = standing.showing if standing else {}
    last_seen_at = standing.last_shown.captured_at if standing else None
    for key, state in after.items():
        if key not in before:
            yield _change(piece, key, state, response, previous_seen_at=None)
        elif _compared(before[key]) != _compared(state):
            yield _change(piece, key, state, response, previous_seen_at=last_seen_at)
    is_in_play = response.captured_at >= response.events[piece.event_id].commence_time
    for key, state in before.items():
        if key not in after:
            yield _tombstone(piece, key, state, response, is_in_play, last_seen_at=last_seen_at)


def _withdrawals(piece: Piece, gone: StandingPiece, response: Response) -> Iterable[Change]:
    event = response.events.get(piece.event_id) or gone.last_shown.events[piece.event_id]
    is_in_play = response.captured_at >= event.commence_time
    for key, state in gone.showing.items():
        last_seen_at = gone.last_shown.captured_at
        yield _tombstone(piece, key, state, response, is_in_play, last_seen_at=last_seen_at)


def _compared(state: QuoteState) -> tuple[object, ...]:
    outcome = state.outcome
    return (
        outcome.american_price,
        outcome.decimal_price,
        outcome.point,
        state.is_stale,
        state.is_in_play,
    )


def _change(
    piece: Piece,
    key: OutcomeKey,
    state: QuoteState,
    response: Response,
    *,
    previous_seen_at: int | None,
) -> Change:
    return Change(
        *piece,
        *key,
        point=state.outcome.point,
        american_price=state.outcome.american_price,
        decimal_price=state.outcome.decimal_price,
        valid_from=response.captured_at,
        valid_to=None,
        previous_seen_at=previous_seen_at,
        market_updated_at=state.market_updated_at,
        is_withdrawn=False,
        is_stale=state.is_stale,
        is_in_play=state.is_in_play,
        is_aged_out=False,
        response_id=response.response_id,
    )


def _tombstone(
    piece: Piece,
    key: OutcomeKey,
    last_shown: QuoteState,
    response: Response,
    is_in_play: bool,
    *,
    last_seen_at: int | None,
) -> Change:
    return Change(
        *piece,
        *key,
        point=key.line,
        american_price=None,
        decimal_price=None,
        valid_from=response.captured_at,
        valid_to=None,
        previous_seen_at=last_seen_at,
        market_updated_at=None,
        is_withdrawn=True,
        is_stale=False,
        is_in_play=is_in_play,
        is_aged_out=is_aged_out(last_shown),
        response_id=response.response_id,
    )


def _with_valid_to(changes: list[Change]) -> list[Change]:
    ended: list[Change] = []
    next_from: dict[tuple[object, ...], int] = {}
    for change in reversed(changes):
        ended.append(change._replace(valid_to=next_from.get(change.key)))
        next_from[change.key] = change.valid_from
    ended.reverse()
    return ended
