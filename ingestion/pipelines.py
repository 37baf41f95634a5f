"""What the command line and the scheduler call to bring data in."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import structlog

from ingestion.bets import DELETED, BetLeg, first_leg, held_bets
from ingestion.errors import UsageError
from ingestion.landing import Landing
from ingestion.raw_tables import (
    BACKTEST_BETS,
    BACKTEST_RUNS,
    BACKTEST_TRIALS,
    BETS,
    RESULT_ROWS,
    RawTable,
)
from ingestion.recordings import BadLineError, LineCounts, check_recording_paths, read_recording
from ingestion.responses import ApiResponse, utc_time
from ingestion.results import read_results
from ingestion.settings import Settings
from ingestion.warehouse import connect

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


@dataclass(frozen=True)
class BetsSummary:
    """What an import of bets came to; `bets` = `new` + `corrected` + `already_held`."""

    bets: int
    new: int
    corrected: int
    already_held: int


def import_bets(
    legs: Sequence[BetLeg], settings: Settings, *, now: Callable[[], datetime]
) -> BetsSummary:
    """Land bets of one's own, each whole: what is held already once, a correction as a new version.

    Args:
        legs: of `ingestion.bets`, each bet with all of its legs.
        settings: which warehouse.
        now: the time the rows land at.

    Raises:
        OddsError: the warehouse cannot be reached or written to, or has a `raw.bets` that is not
            ours.
    """
    bets: dict[str, list[BetLeg]] = {}
    for leg in legs:
        bets.setdefault(leg.bet_id, []).append(leg)
    with connect(settings) as connection:
        held = held_bets(connection, list(bets))
    news = {bet_id: told for bet_id, told in bets.items() if not held[bet_id].says(told)}
    rows = [leg.as_version(held[bet_id].last + 1) for bet_id, told in news.items() for leg in told]
    corrected = sum(held[bet_id].last > 0 for bet_id in news)
    Landing(settings, now=now).land_rows(BETS, rows)
    return BetsSummary(
        bets=len(bets),
        new=len(news) - corrected,
        corrected=corrected,
        already_held=len(bets) - len(news),
    )


def remove_bet(bet_id: str, settings: Settings, *, now: Callable[[], datetime]) -> None:
    """Land that a bet is taken back, as a version of it.

    Args:
        bet_id: as marts name it.
        settings: which warehouse.
        now: the time the row lands at.

    Raises:
        UsageError: no such bet is held, or it was taken back already.
        OddsError: the warehouse cannot be reached or written to.
    """
    with connect(settings) as connection:
        leg = first_leg(connection, bet_id)
    if leg is None or leg.status == DELETED:
        raise UsageError(f"there is no bet {bet_id!r}: `odds bets list` shows their ids")
    removal = replace(leg, status=DELETED, leg_count=1, line="")
    Landing(settings, now=now).land_rows(BETS, [removal.as_version(leg.version + 1)])


def note_trial(
    facts: Mapping[str, Any], settings: Settings, *, now: Callable[[], datetime]
) -> None:
    """Land that a backtest was looked at, whether or not it is kept: it counts as a trial.

    Args:
        facts: what a run came to, with the columns of `raw.backtest_trials`; times as ISO 8601.
        settings: which warehouse.
        now: the time the row lands at.

    Raises:
        OddsError: the warehouse cannot be reached or written to.
    """
    Landing(settings, now=now).land_rows(BACKTEST_TRIALS, [_row_of(BACKTEST_TRIALS, facts)])


def keep_backtest(
    facts: Mapping[str, Any],
    bets: Sequence[Any],
    settings: Settings,
    *,
    now: Callable[[], datetime],
) -> bool:
    """Land a run of a backtest: its bets, then its row, which makes them count.

    Args:
        facts: what a run came to, with the columns of `raw.backtest_runs`; times as ISO 8601.
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
    return landing.land_rows(BACKTEST_RUNS, [_row_of(BACKTEST_RUNS, facts)]).landed > 0


def _row_of(table: RawTable, facts: Mapping[str, Any]) -> SimpleNamespace:
    """The columns of a table but for `landed_at`, which landing sets."""
    row = {}
    for field in table.arrow_schema:
        value = None if field.name == "landed_at" else facts[field.name]
        is_time = pa.types.is_timestamp(field.type) and value is not None
        row[field.name] = utc_time(value) if is_time else value
    return SimpleNamespace(**row)
