"""Writes answers to stdout and complaints to stderr, and turns failures into exit statuses."""

import io
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
from pydantic import SecretStr
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment

from cli.interruption import INTERRUPTED
from ingestion.errors import UsageError
from ingestion.harmless import escaped, harmless

OK, FAILED, WRONG_USE = 0, 1, 2
# where nobody sees the width of a terminal, tables are not cut
WIDE = 200


def status_of(failure: BaseException | None) -> int:
    """The exit status that tells how a command ended."""
    if failure is None:
        return OK
    if isinstance(failure, KeyboardInterrupt):
        return INTERRUPTED
    return WRONG_USE if isinstance(failure, UsageError) else FAILED


def object_text(answer: Mapping[str, Any]) -> str:
    """One JSON object, times in UTC with a Z."""
    options = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY
    return escaped(orjson.dumps(answer, default=_plain, option=options).decode())


def page_text(page: Sequence[RenderableType]) -> str:
    """The page as text, with colours only for a terminal."""
    console = Console(
        file=io.StringIO(),
        force_terminal=sys.stdout.isatty(),
        width=shutil.get_terminal_size((WIDE, 24)).columns,
        highlight=False,
    )
    for part in page:
        console.print(_Harmless(part))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def write_out(text: str) -> None:
    """Write to stdout; a reader that has left has seen enough."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # the interpreter flushes once more when it ends
        with Path(os.devnull).open("w") as nothing:
            os.dup2(nothing.fileno(), sys.stdout.fileno())


def complain(text: str) -> None:
    """Write one line to stderr."""
    with suppress(BrokenPipeError):
        sys.stderr.write(f"odds: {harmless(text)}\n")
        sys.stderr.flush()


@dataclass(frozen=True)
class _Harmless:
    """A part of a page, styled as it is, with nothing from outside that steers the terminal."""

    part: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for segment in console.render(self.part, options):
            yield segment if segment.control else Segment(harmless(segment.text), segment.style)


def _plain(value: object) -> object:
    if isinstance(value, Path | SecretStr):
        return str(value)
    if isinstance(value, datetime):
        # of a class of its own, as pandas has one
        return datetime.fromisoformat(value.isoformat())
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
