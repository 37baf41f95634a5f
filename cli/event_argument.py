"""The event that a command is about, however a person names it."""

import re
from collections.abc import Sequence
from typing import Annotated

import typer

from analysis import event_names, events
from analysis.warehouse import Record, Warehouse
from cli.reading import reading
from cli.session import Session
from ingestion.errors import OddsError, UsageError

RELATIONS = (*events.RELATIONS, *event_names.RELATIONS)
HOW = "An event id or the beginning of one, a team or two (away@home), with the day where need be."
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
    return event_names.the_event(held, text, event_names.aliases(warehouse))


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
