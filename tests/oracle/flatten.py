"""Every quote of every response."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tests.oracle.quotes import showings_of
from tests.oracle.responses import Line, Reader, ResponseIdOf, own_response_id


class Quote(NamedTuple):
    """A row of `fct_odds`; `line` is the point where it is part of the key."""

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
    is_stale: bool
    is_in_play: bool
    response_id: str


def flatten(
    lines: Iterable[Line], response_id_of: ResponseIdOf = own_response_id
) -> Iterator[Quote]:
    """One row per response and quote, in the order of `lines`; repeated responses count once."""
    reader = Reader(response_id_of)
    done: set[str] = set()
    for line in lines:
        response = reader.read(line)
        if response is None or not response.request.is_odds or response.response_id in done:
            continue
        done.add(response.response_id)
        for piece, showing in showings_of(response).items():
            for key, state in showing.items():
                yield Quote(
                    *piece,
                    *key,
                    point=state.outcome.point,
                    american_price=state.outcome.american_price,
                    decimal_price=state.outcome.decimal_price,
                    captured_at=response.captured_at,
                    market_updated_at=state.market_updated_at,
                    is_stale=state.is_stale,
                    is_in_play=state.is_in_play,
                    response_id=response.response_id,
                )
