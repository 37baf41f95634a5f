"""The warehouse's rules derived a second time, in plain Python over recording lines.

Written from the rules alone, without the SQL, so that the two can be compared row by row.
Times are microseconds since the epoch (`to_datetime` turns them back). Rows carry `line`: the
point where it is part of the quote's key (markets of many lines), else null.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from tests.oracle.changes import Change, derive_changes
from tests.oracle.events import Event, derive_events
from tests.oracle.flatten import Quote, flatten
from tests.oracle.pre_match import Close, Opening, QuoteHistory, derive_closes, derive_openings
from tests.oracle.recordings import read_recording
from tests.oracle.responses import Line, ResponseIdOf, own_response_id, read_responses
from tests.oracle.values import to_datetime, to_microseconds

__all__ = [
    "Change",
    "Close",
    "Derived",
    "Event",
    "Line",
    "Opening",
    "Quote",
    "derive",
    "flatten",
    "own_response_id",
    "read_recording",
    "to_datetime",
    "to_microseconds",
]


class Derived(NamedTuple):
    """The marts as lists of rows; `quotes` is left to `flatten`, which streams."""

    changes: list[Change]
    events: list[Event]
    closes: list[Close]
    openings: list[Opening]


def derive(
    lines: Iterable[Line], as_of: datetime, response_id_of: ResponseIdOf = own_response_id
) -> Derived:
    """Derive every mart from recording lines in any order, read once; repeats count once."""
    responses = read_responses(lines, response_id_of)
    events = derive_events(responses)
    history = QuoteHistory(responses)
    starts_at = {event.event_id: event.starts_at for event in events}
    return Derived(
        changes=derive_changes(responses),
        events=events,
        closes=derive_closes(history, events, to_microseconds(as_of)),
        openings=derive_openings(history, starts_at),
    )
