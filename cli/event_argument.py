"""The event that a command is about, however a person names it."""

import re
from collections.abc import Sequence
from typing import Annotated

import typer

from analysis import event_names, events
from analysis.event_names import Search
from analysis.warehouse import Record, Warehouse
from cli.reading import reading
from cli.session import Session
from ingestion.errors import OddsError, UsageError

RELATIONS = (*events.RELATIONS, *event_names.RELATIONS)
HOW = "An event id or the beginning of one, a team or two (away@home), with the day where need be."
NAMED = 5
_WHOLE_ID = re.compile(r"[0-9a-f]{32}")

EventArgument = Annotated[list[str], typer.Argument(metavar="EVENT", help=HOW)]


def chosen_event(
    warehouse: Warehouse, wanted: Sequence[str], session: Session, *, sport_key: str | None = None
) -> Record:
    """The one event that these words name, as it was known at the moment looked from.

    Raises:
        UsageError: they name none or several; the message says which there are.
    """
    text = " ".join(wanted)
    held = events.events_at(
        warehouse, session.looks_from, sport_key=sport_key, is_over_included=True
    )
    found = event_names.search(held, text, event_names.aliases(warehouse))
    if len(found.found) == 1:
        return found.found[0]
    raise UsageError(_several(text, found.found) if found.found else _none(text, found))


def event_ids(wanted: Sequence[str], session: Session, *, sport_key: str) -> list[str]:
    """The ids of events of a sport, each once; one in full need not be in the warehouse yet.

    Raises:
        UsageError: there is no warehouse to look a name up in, or it has no event of that name, or
            several.
    """
    if all(map(_WHOLE_ID.fullmatch, wanted)):
        return list(dict.fromkeys(wanted))
    try:
        with reading(session.settings, *RELATIONS) as warehouse:
            found = [
                each
                if _WHOLE_ID.fullmatch(each)
                else chosen_event(warehouse, [each], session, sport_key=sport_key)["event_id"]
                for each in wanted
            ]
    except UsageError as error:
        raise UsageError(f"--event: {error}") from error
    except OddsError as error:
        names = ", ".join(each for each in wanted if not _WHOLE_ID.fullmatch(each))
        raise UsageError(
            f"--event {names}: no id of 32 hex digits, and no name: {error}"
        ) from error
    return list(dict.fromkeys(found))


def _several(text: str, found: Sequence[Record]) -> str:
    named = "; ".join(
        f"{event['event_id'][:12]} {event['event_name']} {event['game_date']}"
        for event in found[:NAMED]
    )
    more = f"; and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return (
        f"{len(found)} events are called {text!r}: {named}{more}: "
        "give the id, the other team or the day"
    )


def _none(text: str, found: Search) -> str:
    if found.days:
        days = ", ".join(str(day) for day in found.days[-NAMED:])
        return f"no event is called {text!r}: there is one on {days}"
    near = f": did you mean {' or '.join(found.near)}?" if found.near else ""
    return f"no event is called {text!r}{near or ':'} `odds events --all` lists them"
