"""Tables of final scores as CSV, checked row by row."""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

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
STATUSES = ("final", "postponed")


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


def _check_header(path: Path, names: object) -> None:
    missing = [name for name in RESULT_FIELDS if name not in (names or ())]  # type: ignore[operator]
    if missing:
        raise UsageError(
            f"{path}, line 1: lacks {', '.join(missing)}; the header must name "
            f"{', '.join(RESULT_FIELDS)}"
        )
