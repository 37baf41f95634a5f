"""Recordings and archives: one HTTP exchange a line, as JSON."""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import orjson

from ingestion.answer_shapes import EARLIEST, LATEST, moment_text
from ingestion.errors import UsageError
from ingestion.garbage import collector_paused
from ingestion.headers import HeaderFacts, read_headers
from ingestion.line_files import LINE_FILE_SUFFIXES, BrokenFileError, read_lines
from ingestion.odds_formats import contradiction
from ingestion.payload_reader import NOT_JSON, parsed_json, printable
from ingestion.responses import MAX_INTEGER, ORIGINS, ApiResponse, utc_time

Value = TypeVar("Value")

RECORDING_FIELDS = ("endpoint", "params", "received_at", "status", "headers", "body")

# of these a request may name several
LISTED_PARAMS = frozenset({"markets", "bookmakers", "regions", "eventIds"})

# of the API's own none is longer than 120
LONGEST_ENDPOINT = 300
TIME_PARAMS = frozenset({"commenceTimeFrom", "commenceTimeTo", "date"})

_HALF_CHARACTER = re.compile(r"[\ud800-\udfff]")
_ENDPOINT = re.compile(r"/v4(/[\w.:-]+)+/?", re.ASCII)


class BadLineError(UsageError):
    """A line of a recording that cannot be read; the message names file, line and reason."""

    def __init__(self, *, path: Path, line_number: int, reason: str) -> None:
        super().__init__(f"{path}, line {line_number}: {reason}")


@dataclass
class LineCounts:
    """What reading came to."""

    lines: int = 0
    bad: int = 0


def check_recording_paths(paths: list[Path]) -> None:
    """Make sure that every path can be a recording before anything is read.

    Raises:
        UsageError: none is given, one is missing or of an unknown kind.
    """
    if not paths:
        raise UsageError("no recording given: name one or more files")
    for path in paths:
        if not path.is_file():
            raise UsageError(f"{path}: {'a folder' if path.is_dir() else 'no such file'}")
        if path.suffix == ".parquet":
            raise UsageError(f"{path}: `odds archive restore` lands archives in Parquet")
        if path.suffix not in LINE_FILE_SUFFIXES:
            raise UsageError(f"{path}: unknown kind, give {', '.join(LINE_FILE_SUFFIXES)}")
        if not os.access(path, os.R_OK):
            raise UsageError(f"{path}: may not be read by this user")


def read_recording(
    path: Path, *, counts: LineCounts, on_bad_line: Callable[[BadLineError], None]
) -> Iterator[ApiResponse]:
    """Yield the exchanges of a file as responses, and count its lines; empty lines do not count.

    Args:
        path: a file of one of the known kinds.
        counts: counted up while reading.
        on_bad_line: told of each line that is none; raising there ends the reading. A file that is
            cut off or damaged is one bad line, its last.
    """
    line_number = 0
    try:
        for line_number, line in enumerate(read_lines(path), start=1):
            if not line.strip():
                continue
            counts.lines += 1
            try:
                yield parse_recording_line(line)
            except ValueError as error:
                counts.bad += 1
                on_bad_line(BadLineError(path=path, line_number=line_number, reason=str(error)))
    except BrokenFileError as error:
        counts.lines += 1
        counts.bad += 1
        on_bad_line(BadLineError(path=path, line_number=line_number + 1, reason=f"file {error}"))


@collector_paused()
def parse_recording_line(line: bytes) -> ApiResponse:
    """Read one line: an exchange, with the archive's own fields where they are given.

    The payload is the body dumped compactly, key order kept, unless the line gives the payload
    verbatim.

    Raises:
        ValueError: it is no exchange; the message says why.
    """
    exchange = _exchange(line)
    received_at = _time(exchange, "received_at")
    requested_at = _time(exchange, "requested_at") if "requested_at" in exchange else received_at
    if "captured_at" not in exchange:
        captured_at: datetime | None = received_at
    else:
        captured_at = _optional(exchange, "captured_at", _time)
    status = _optional(exchange, "status", _integer)
    params = _params(exchange)
    body = exchange["body"]
    is_verbatim = "payload" in exchange  # and may be anything, as what was received may be
    if status is not None and status < 400 and not (is_verbatim or isinstance(body, list | dict)):
        raise ValueError(f"body must be a list or an object, not {_kind(body)}")
    # a warehouse held it already: what an archive brings back is as it was
    is_archived = "response_id" in exchange
    if status is not None and status < 400 and not is_archived:
        wrong = contradiction(params.get("oddsFormat"), body)
        if wrong:
            raise ValueError(wrong)
    is_dumped = False
    if is_verbatim:
        payload = _optional(exchange, "payload", _text)
    elif body is None:
        payload = None
    else:
        payload, is_dumped = _compact(body)
    origin: Any = exchange.get("origin", "replay")
    if origin not in ORIGINS:
        raise ValueError(f"origin must be one of {', '.join(ORIGINS)}")
    response = ApiResponse.from_body(
        endpoint=_endpoint(exchange),
        params=params,
        requested_at=requested_at,
        captured_at=captured_at,
        status_code=status,
        facts=_facts(exchange),
        payload=payload,
        body=body,
        error_code=_optional(exchange, "error_code", _text),
        credits_estimated=_optional(exchange, "credits_estimated", _integer),
        elapsed_ms=_optional(exchange, "elapsed_ms", _integer),
        job_id=_optional(exchange, "job_id", _text),
        origin=origin,
        landed_at=_optional(exchange, "landed_at", _time),
        is_dumped=is_dumped,
    )
    if exchange.get("response_id", response.response_id) != response.response_id:
        raise ValueError("is not the response that its response_id names: it was changed")
    return response


def archive_line(response: ApiResponse) -> bytes:
    """The line, without line end, from which `parse_recording_line` makes the same response."""
    try:
        body = None if response.payload is None else orjson.loads(response.payload)
        is_exact = response.payload is None or orjson.dumps(body).decode() == response.payload
    except orjson.JSONDecodeError:
        body, is_exact = response.payload, False
    credit_headers = {
        "x-requests-remaining": response.credits_remaining,
        "x-requests-used": response.credits_used,
        "x-requests-last": response.credits_charged,
    }
    clock = response.captured_at or response.requested_at
    line = {
        "endpoint": response.endpoint,
        "params": orjson.Fragment(response.params),
        "received_at": clock,
        "status": response.status_code,
        "headers": {
            name: str(value) for name, value in credit_headers.items() if value is not None
        },
        "body": body,
        "captured_at": response.captured_at,
        "requested_at": response.requested_at,
        "landed_at": response.landed_at,
        "origin": response.origin,
        "job_id": response.job_id,
        "error_code": response.error_code,
        "credits_estimated": response.credits_estimated,
        "elapsed_ms": response.elapsed_ms,
        "response_id": response.response_id,
    }
    if not is_exact or not isinstance(body, list | dict):
        line["payload"] = response.payload
    if response.bad_headers is not None:
        line["bad_headers"] = response.bad_headers
    return orjson.dumps(line)


def _exchange(line: bytes) -> Mapping[str, Any]:
    try:
        exchange = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        exchange = parsed_json(line.decode(errors="replace"))
        if exchange is NOT_JSON:
            raise ValueError(f"not JSON ({error})") from error
    if not isinstance(exchange, dict):
        raise ValueError(f"must be an object, not {_kind(exchange)}")  # noqa: TRY004
    missing = [name for name in RECORDING_FIELDS if name not in exchange]
    if missing:
        raise ValueError(f"lacks {', '.join(missing)}")
    return exchange


def _compact(body: object) -> tuple[str, bool]:
    """The body as text, and whether orjson could write it."""
    try:
        return orjson.dumps(body).decode(), True
    except orjson.JSONEncodeError:
        # halves of characters and whole numbers without end stay as they were written
        pass
    try:
        return json.dumps(body, separators=(",", ":")), False
    except RecursionError as error:
        raise ValueError("the body is nested too deep") from error


def _endpoint(exchange: Mapping[str, Any]) -> str:
    endpoint = exchange["endpoint"]
    is_text = isinstance(endpoint, str) and len(endpoint) <= LONGEST_ENDPOINT
    if not is_text or not _ENDPOINT.fullmatch(endpoint):
        raise ValueError("endpoint must be a path of the API, such as /v4/sports/SPORT/odds")
    return str(endpoint)


def _mapping(exchange: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = exchange[name]
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError(f"{name} must be an object, not {_kind(value)}")  # noqa: TRY004
    return value


def _params(exchange: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was asked for; lists are joined, as they stand in a query."""
    params = _mapping(exchange, "params")
    if "response_id" in exchange:
        return params
    return {name: _param(name, value) for name, value in params.items()}


def _param(name: str, value: object) -> object:
    wrong = "a list of other things" if isinstance(value, list) else _kind(value)
    if isinstance(value, str) and not _is_storable(value):
        wrong = "characters that no warehouse holds"
    if isinstance(value, list) and all(_is_text_or_number(item) for item in value):
        value = ",".join(str(item).strip() for item in value)
    is_flag = isinstance(value, bool) and name not in LISTED_PARAMS
    if not (value is None or is_flag or _is_text_or_number(value)) or not _is_storable(name):
        wanted = "text or a list of texts"
        raise ValueError(f"params.{printable(name)} must be {wanted}, not {wrong}")
    if name in TIME_PARAMS and value not in (None, ""):
        try:
            # the models read it as the API writes it
            return moment_text(value)
        except ValueError:
            raise ValueError(f"params.{name} must be a time with a zone, not {value!r}") from None
    return value


def _is_text_or_number(value: object) -> bool:
    if isinstance(value, str):
        return _is_storable(value)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_storable(text: str) -> bool:
    """Postgres has no text with NUL in it, and halves of characters are not UTF-8."""
    return "\x00" not in text and not _HALF_CHARACTER.search(text)


def _facts(exchange: Mapping[str, Any]) -> HeaderFacts:
    """What its headers say; the line says itself when it was served."""
    facts = read_headers(
        _mapping(exchange, "headers"),
        clock=None,
        estimated=_optional(exchange, "credits_estimated", _integer),
    )
    return replace(facts, bad=_optional(exchange, "bad_headers", _text) or facts.bad)


def _time(exchange: Mapping[str, Any], name: str) -> datetime:
    try:
        moment = utc_time(exchange[name])
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    # a warehouse held what an archive brings back
    if "response_id" not in exchange and not EARLIEST <= moment < LATEST:
        raise ValueError(f"{name}: {exchange[name]!r} does not lie between 1990 and 2100")
    return moment


def _integer(exchange: Mapping[str, Any], name: str) -> int:
    value = exchange[name]
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > MAX_INTEGER:
        raise ValueError(f"{name} must be an integer, not {_kind(value)}")
    return value


def _text(exchange: Mapping[str, Any], name: str) -> str:
    value = exchange[name]
    if not isinstance(value, str) or not _is_storable(value):
        raise ValueError(f"{name} must be text, not {_kind(value)}")
    return value


def _optional(
    exchange: Mapping[str, Any], name: str, read: Callable[[Mapping[str, Any], str], Value]
) -> Value | None:
    return None if exchange.get(name) is None else read(exchange, name)


def _kind(value: object) -> str:
    return "null" if value is None else type(value).__name__
