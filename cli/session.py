"""What every command shares: settings, errors in one line, one answer for people or programs."""

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
import typer
from rich.console import RenderableType

from cli import display
from cli.csv_output import csv_text
from cli.output import FAILED, OK, complain, object_text, page_text, status_of, write_out
from ingestion.errors import OddsError, UsageError
from ingestion.failures import explanation
from ingestion.logs import configure_logging, redactor_for
from ingestion.settings import (
    HOME_VARIABLE,
    Settings,
    home,
    is_zone,
    load_settings,
    moment_given,
    unread_env_file,
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Answer:
    """What a command has to say: `data` for programs, `page` for people.

    `as_of` is the moment it holds for, where that is not simply the one asked for. `is_well` is
    false where the answer itself is bad news: the command ends with status 1 then.
    """

    data: Mapping[str, Any] | Sequence[Any]
    page: Sequence[RenderableType]
    as_of: datetime | None = None
    is_well: bool = True


@dataclass
class Session:
    """One run of one command."""

    settings: Settings
    started_at: datetime
    warnings: list[str] = field(default_factory=list)

    @property
    def as_of(self) -> datetime | None:
        """The moment somebody asked to look from; null means now."""
        return self.settings.odds_as_of

    @property
    def looks_from(self) -> datetime:
        """The moment to look from."""
        return self.as_of or self.started_at

    def warn(self, text: str) -> None:
        """Tell something that does not make the command fail."""
        self.warnings.append(text)


def now() -> datetime:
    """The wall clock: the command line is where time comes in."""
    return datetime.now(UTC)


def run(
    command: str,
    work: Callable[[Session], Answer],
    *,
    target: str | None,
    as_of: str | None = None,
    as_json: bool,
    as_csv: bool = False,
    time_zone: str | None = None,
    prices: str | None = None,
) -> None:
    """Do the work of a command and print its answer; ends the program where it failed.

    Args:
        command: its name, without `odds`.
        work: does it.
        target: which warehouse; null leaves it to the settings.
        as_of: the moment to look from, ISO 8601 with a zone; null leaves it to the settings.
        as_json: one JSON object on stdout instead of a page, for failures too.
        as_csv: the tables of the answer instead of a page; nothing where it failed.
        time_zone: which zone the page shows times in; null leaves it to the settings.
        prices: how the page shows prices; null leaves it to the settings.
    """
    started_at = now()
    settings: Settings | None = None
    session: Session | None = None
    answer: Answer | None = None
    failure: BaseException | None = None
    try:
        # stdout is for the answer alone, whatever the libraries think
        with redirect_stdout(sys.stderr):
            _check_one_answer(as_json=as_json, as_csv=as_csv)
            settings = load_settings(
                odds_target=target,
                odds_as_of=moment_given("--as-of", as_of),
                odds_time_zone=zone_given(time_zone),
                odds_price_format=prices,
            )
            configure_logging(settings)
            session = Session(settings=settings, started_at=started_at)
            if (unread := unread_env_file()) is not None:
                session.warn(
                    f"{unread} is not read, settings are those of {home()}: "
                    f"{HOME_VARIABLE}={unread.parent} makes this folder count"
                )
            with display.shown_as(
                time_zone=settings.odds_time_zone, prices=settings.odds_price_format
            ):
                answer = work(session)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - people get a line, not a traceback
        failure = error
    message = None if failure is None else explained(failure, settings)
    status = FAILED if answer is not None and not answer.is_well else status_of(failure)
    warnings = session.warnings if session else []
    looked_from = (answer and answer.as_of) or (session.looks_from if session else started_at)
    for warning in warnings:
        complain(f"warning: {warning}")
    if message is not None and not isinstance(failure, KeyboardInterrupt):
        complain(message)
    if as_json:
        write_out(
            object_text(
                {
                    "command": command,
                    "target": settings.odds_target if settings else target,
                    "as_of": looked_from,
                    "ok": status == OK,
                    "data": answer.data if answer else {"error": message},
                    "warnings": warnings,
                }
            )
        )
    elif as_csv and answer is not None:
        write_out(csv_text(answer.data))
    elif answer is not None:
        write_out(page_text(answer.page))
    if status != OK:
        raise typer.Exit(status)


def _check_one_answer(*, as_json: bool, as_csv: bool) -> None:
    if as_json and as_csv:
        raise UsageError("--json and --csv are two answers: ask for one")


def zone_given(name: str | None) -> str | None:
    """The zone an option names, null where it was not given.

    Raises:
        UsageError: there is none of that name.
    """
    if name is not None and not is_zone(name):
        raise UsageError(f"--time-zone: there is no zone {name!r}, for example America/New_York")
    return name


def explained(failure: BaseException, settings: Settings | None) -> str:
    """One line for a person on what went wrong, without secrets."""
    if isinstance(failure, KeyboardInterrupt):
        return "interrupted"
    known = failure if isinstance(failure, OddsError) else None
    if known is None and settings is not None:
        known = explanation(failure, settings)
    if known is None:
        log.debug("unexpected error", exc_info=failure)
        kind = type(failure).__name__
        text = f"unexpected {kind}: {failure} (ODDS_LOG_LEVEL=debug shows where)"
    else:
        text = str(known)
    line = " ".join(text.split())
    return redactor_for(settings)(line) if settings else line
