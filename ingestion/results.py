"""Tables of final scores as CSV, checked row by row."""

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson

from ingestion.errors import UsageError
from ingestion.responses import utc_time

RESULT_FIELDS = (
    "sport_key",
    "game_date",
    "starts_at",
    "home_team",
    "away_team",
    "home_score",
    "away_score",
    "status",
)
# a table may have these, too
OPTIONAL_FIELDS = ("home_score_regulation", "away_score_regulation", "is_shortened")
# a game that was broken off for good has no result either
STATUSES = ("final", "postponed", "cancelled", "abandoned")

# date.fromisoformat alone would also take 20260131 and 2026-W05-6, which SQL does not
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SCORE = re.compile(r"\d{1,4}", re.ASCII)
_SIDES = ("home", "away")


@dataclass(frozen=True, kw_only=True)
class ResultRow:
    """One row of `raw.result_rows`: what a source says about one game, as text, verbatim."""

    result_row_id: str
    source: str
    line_number: int
    sport_key: str
    game_date: str
    starts_at: str
    home_team: str
    away_team: str
    home_score: str
    away_score: str
    status: str
    home_score_regulation: str = ""
    away_score_regulation: str = ""
    is_shortened: str = ""
    job_id: str | None = None
    landed_at: datetime | None = None


def read_results(path: Path, *, source: str) -> list[ResultRow]:
    """Read and check a whole table of scores.

    Raises:
        UsageError: the file is missing, lacks a column, or a row is wrong; names file and line.
    """
    if not path.is_file():
        raise UsageError(f"{path}: {'a folder' if path.is_dir() else 'no such file'}")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            _check_header(path, reader.fieldnames or ())
            return [
                _result_row(fields, path=path, line_number=reader.line_num, source=source)
                for fields in reader
            ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: not a CSV file in UTF-8 ({error})") from error


def result_row_identity(source: str, values: Mapping[str, str]) -> str:
    """The `result_row_id`: sha256 of who says it and of what is said.

    Of the optional columns it knows those that say something, so that rows without them keep the
    id that they always had.
    """
    said = [values[name] for name in RESULT_FIELDS]
    more = [f"{name}={values[name]}" for name in OPTIONAL_FIELDS if values.get(name)]
    return hashlib.sha256(orjson.dumps([source, *said, *more])).hexdigest()


def _check_header(path: Path, names: Sequence[str]) -> None:
    for separator, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(names) == 1 and separator in names[0]:
            raise UsageError(f"{path}, line 1: the fields are separated by {name}; use commas")
    fields = (*RESULT_FIELDS, *OPTIONAL_FIELDS)
    twice = [name for name, count in Counter(names).items() if count > 1 and name in fields]
    if twice:
        raise UsageError(f"{path}, line 1: names {', '.join(twice)} more than once")
    missing = [name for name in RESULT_FIELDS if name not in names]
    if missing:
        raise UsageError(
            f"{path}, line 1: lacks {', '.join(missing)}; the header must name "
            f"{', '.join(RESULT_FIELDS)}"
        )


def _result_row(
    fields: Mapping[str | None, Any], *, path: Path, line_number: int, source: str
) -> ResultRow:
    problem = _problem(fields)
    if problem:
        raise UsageError(f"{path}, line {line_number}: {problem}")
    values = {name: fields[name] for name in RESULT_FIELDS}
    values |= {name: fields.get(name, "") for name in OPTIONAL_FIELDS}
    return ResultRow(
        result_row_id=result_row_identity(source, values),
        source=source,
        line_number=line_number,
        **values,
    )


def _problem(fields: Mapping[str | None, Any]) -> str | None:
    """What is wrong with a row, null if nothing is."""
    if None in fields or None in fields.values():
        return "has more or fewer fields than the header"
    is_final = fields["status"] == "final"
    checks: tuple[tuple[str, Callable[[str], bool], str], ...] = (
        ("sport_key", _is_given, "must not be empty"),
        ("game_date", _is_date, "must be a date such as 2026-01-31"),
        ("starts_at", _is_time_or_empty, "must be empty or a time such as 2026-01-31T18:00:00Z"),
        ("home_team", _is_given, "must not be empty"),
        ("away_team", _is_given, "must not be empty"),
        ("status", STATUSES.__contains__, f"must be one of {', '.join(STATUSES)}"),
        ("home_score", _is_score if is_final else _is_score_or_empty, "must be a whole number"),
        ("away_score", _is_score if is_final else _is_score_or_empty, "must be a whole number"),
        ("home_score_regulation", _is_score_or_empty, "must be empty or a whole number"),
        ("away_score_regulation", _is_score_or_empty, "must be empty or a whole number"),
        ("is_shortened", ("", "true", "false").__contains__, "must be true, false or empty"),
    )
    for name, is_right, demand in checks:
        if not is_right(fields.get(name, "")):
            return f"{name} {demand}, not {fields[name]!r}"
    return _problem_of_regulation(fields)


def _problem_of_regulation(fields: Mapping[str | None, Any]) -> str | None:
    """What is wrong with the score after regulation time: overtime only adds to it."""
    pairs = [(fields.get(f"{side}_score_regulation", ""), f"{side}_score") for side in _SIDES]
    given = [(told, name) for told, name in pairs if told]
    if given and (len(given) < len(_SIDES) or fields["status"] != "final"):
        return "the score after regulation time is of both teams, of a final game"
    for told, name in given:
        if int(told) > int(fields[name]):
            return f"{name}_regulation must not exceed {name} {fields[name]}, not {told!r}"
    return None


def _is_given(text: str) -> bool:
    return bool(text.strip())


def _is_score(text: str) -> bool:
    return bool(_SCORE.fullmatch(text))


def _is_score_or_empty(text: str) -> bool:
    return not text or _is_score(text)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return bool(_DATE.fullmatch(text))


def _is_time_or_empty(text: str) -> bool:
    try:
        return not text or bool(utc_time(text))
    except ValueError:
        return False
