"""What the command line and the scheduler call to bring data in."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import structlog

from ingestion.landing import Landing
from ingestion.raw_tables import BACKTEST_BETS, BACKTEST_RUNS, RESULT_ROWS
from ingestion.recordings import BadLineError, LineCounts, check_recording_paths, read_recording
from ingestion.responses import ApiResponse, utc_time
from ingestion.results import read_results
from ingestion.settings import Settings

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ReplaySummary:
    """What a replay came to; `lines` = `landed` + `already_held` + `skipped_bad`."""

    files: int
    lines: int
    landed: int
    already_held: int
    skipped_bad: int
    seconds: float


@dataclass(frozen=True)
class ImportSummary:
    """What an import of results came to."""

    rows: int
    landed: int
    already_held: int


def replay(
    paths: Sequence[Path],
    settings: Settings,
    *,
    skip_bad: bool,
    now: Callable[[], datetime],
    on_progress: Callable[[int], None] | None = None,
) -> ReplaySummary:
    """Land recordings and archives: all of their lines that are not held yet, or none.

    Args:
        paths: files of one exchange a line, compressed or not.
        settings: which warehouse.
        skip_bad: leave out broken lines and count them, instead of stopping at the first.
        now: the time the rows land at, where the line does not bring its own.
        on_progress: told after each line how many have been read.

    Raises:
        UsageError: a path is no recording; or a line is broken, and nothing has landed.
        OddsError: the warehouse cannot be reached or written to.
    """
    started = time.perf_counter()
    check_recording_paths(list(paths))
    counts = LineCounts()

    def on_bad_line(error: BadLineError) -> None:
        if not skip_bad:
            raise error
        log.warning("bad line skipped", reason=str(error))

    def responses() -> Iterator[ApiResponse]:
        for path in paths:
            lines_before = counts.lines
            for response in read_recording(path, counts=counts, on_bad_line=on_bad_line):
                if on_progress:
                    on_progress(counts.lines)
                yield response
            if counts.lines == lines_before:
                log.warning("recording without lines", file=str(path))

    summary = Landing(settings, now=now).land(responses())
    return ReplaySummary(
        files=len(paths),
        lines=counts.lines,
        landed=summary.landed,
        already_held=summary.already_held,
        skipped_bad=counts.bad,
        seconds=time.perf_counter() - started,
    )


def import_results(
    csv: Path, settings: Settings, *, source: str | None = None, now: Callable[[], datetime]
) -> ImportSummary:
    """Land a table of scores: all of its rows that are not held yet, or none.

    Args:
        csv: a file with the columns of `ingestion.results`.
        settings: which warehouse.
        source: who says so; default the file's name without its ending.
        now: the time the rows land at.

    Raises:
        UsageError: the file is missing or a row is wrong, and nothing has landed.
        OddsError: the warehouse cannot be reached or written to.
    """
    rows = read_results(csv, source=source or csv.stem)
    if not rows:
        log.warning("table of scores without rows", file=str(csv))
    summary = Landing(settings, now=now).land_rows(RESULT_ROWS, rows)
    return ImportSummary(rows=len(rows), landed=summary.landed, already_held=summary.already_held)


def keep_backtest(
    facts: Mapping[str, Any],
    bets: Sequence[Any],
    settings: Settings,
    *,
    now: Callable[[], datetime],
) -> bool:
    """Land a run of a backtest: its bets, then its row, which makes them count.

    Args:
        facts: a row of `raw.backtest_runs`, but for `landed_at`; times as ISO 8601.
        bets: rows of `raw.backtest_bets`: objects with an attribute for each column.
        settings: which warehouse.
        now: the time the rows land at.

    Returns:
        Whether the run is new; one that is held already is the same run.

    Raises:
        OddsError: the warehouse cannot be reached or written to.
    """
    landing = Landing(settings, now=now)
    landing.land_rows(BACKTEST_BETS, bets)
    times = {"decided_from", "decided_to", "as_of", "started_at"}
    row = {
        name: utc_time(value) if name in times and value is not None else value
        for name, value in facts.items()
    }
    return landing.land_rows(BACKTEST_RUNS, [SimpleNamespace(**row, landed_at=None)]).landed > 0
