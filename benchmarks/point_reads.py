"""How long a reader waits for one game or one board, with one season behind it and with many.

The season is under way: its games to come are the board, one that is past is read by its id. Older
seasons are copies of what is past of it. Reads are prepared once and repeated on one connection.
"""

# ruff: noqa: S608 - the statements are made of constants and of the warehouse's own ids

import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.history import responses_of, settle, wall_clock
from benchmarks.seasons_of_prices import COPIED, copy_season
from benchmarks.stopwatch import processor_clock
from benchmarks.warehouses import dbt_artifacts_in, empty_warehouse, server_for
from ingestion.errors import UsageError
from ingestion.landing import Landing
from ingestion.settings import Settings, Target
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from simulator.catalogue import SPORT_KEY
from simulator.options import SeasonOptions
from simulator.recording import write_recording
from simulator.season import Season

GOAL_SECONDS: dict[Target, float] = {"duckdb": 0.005, "postgres": 0.001}
PAST_SHARE = 0.6
WARM_UPS = 5
P95 = 18
# of each read its mart, and the condition that picks what is read
READS = {
    "closes of a game": ("fct_closing_lines", "event_id = '{event}'"),
    "board of a sport": ("fct_best_prices", "sport_key = '{sport}'"),
    "changes of a game": ("fct_odds_changes", "event_id = '{event}'"),
    "openings of a game": ("fct_opening_lines", "event_id = '{event}'"),
    "consensus on a game": ("fct_consensus_prices", "event_id = '{event}'"),
    "fair prices of a game": ("fct_fair_prices", "event_id = '{event}'"),
}
# results and decisions come later than any of these reads
WRITTEN = (
    *(name for name in COPIED if name.startswith("intermediate.") and "decision" not in name),
    "intermediate.int_fair_at_moments",
    "intermediate.int_consensus_at_moments",
)
OF_GAMES_WITHOUT_CLOSES = """
    delete from {relation}
    where
        event_id like '%-%'
        and event_id not in (select closes.event_id from intermediate.int_closes as closes)
"""
# of all games the one with the median number of changes
TYPICAL_GAME = """
    select changes.event_id
    from intermediate.int_quote_changes as changes
    inner join intermediate.int_closes as closes
        on changes.event_id = closes.event_id
    where changes.event_id not like '%-%'
    group by changes.event_id
    order by count(*), changes.event_id
"""


@dataclass(frozen=True)
class PointRead:
    """Seconds of one read, of many repeats, and the processor's by repeat; `rows` it returns."""

    rows: int
    p50: float
    p95: float
    processor: float


@dataclass(frozen=True)
class SizeReport:
    """The reads with so many seasons behind them, by name."""

    seasons: int
    changes: int
    reads: dict[str, PointRead]


@dataclass(frozen=True)
class PointReadsReport:
    """The same reads with histories of several sizes, the smallest first."""

    target: Target
    repeats: int
    by_seasons: Sequence[SizeReport]

    @property
    def growth(self) -> dict[str, float]:
        """How many times as long each read takes with the longest history as with the shortest."""
        first, last = self.by_seasons[0], self.by_seasons[-1]
        return {name: read.p50 / first.reads[name].p50 for name, read in last.reads.items()}

    @property
    def slow(self) -> list[str]:
        """The reads that miss the goal with the longest history."""
        goal = GOAL_SECONDS[self.target]
        return [name for name, read in self.by_seasons[-1].reads.items() if read.p50 > goal]


def measure_point_reads(
    *, target: Target, seasons: Sequence[int], games: int, repeats: int
) -> PointReadsReport:
    """Build one season, copy it as often as asked for, and read with each history behind it."""
    reports = []
    with ExitStack() as stack:
        server = stack.enter_context(server_for(target))
        settings = stack.enter_context(empty_warehouse(server))
        stack.enter_context(dbt_artifacts_in(settings.odds_data_dir))
        build_season_under_way(settings, games=games)
        held = 1
        for count in sorted(set(seasons)):
            if count > held:
                copy_past(settings, first=held, last=count - 1)
                held = count
            reports.append(read_all(settings, seasons=count, repeats=repeats))
    return PointReadsReport(target=target, repeats=repeats, by_seasons=reports)


def build_season_under_way(settings: Settings, *, games: int) -> None:
    """Land and model a season of which `PAST_SHARE` lies before now, in an empty warehouse."""
    now = wall_clock()
    whole = Season(SeasonOptions(games=games))
    past = timedelta(seconds=(whole.ends - whole.starts) * PAST_SHARE)
    season = Season(SeasonOptions(games=games, first_day=(now - past).date()))
    with tempfile.TemporaryDirectory(prefix="odds-benchmark-") as folder:
        recording = Path(folder) / "season.jsonl.zst"
        write_recording(season, recording, last=now, has_scores=False)
        Landing(settings, now=wall_clock).land(responses_of(recording))
    models = [f"+{mart}" for mart, _ in READS.values()]
    Transformation(settings).invoke(
        "build", "--exclude-resource-type", "test", "unit_test", "--select", *models
    )
    settle(settings)


def copy_past(settings: Settings, *, first: int, last: int) -> None:
    """Put copies of the games that have begun before them, `first` to `last` years earlier."""
    copy_season(settings, first=first, last=last, relations=WRITTEN)
    with connect(settings) as connection:
        for name in ("int_events", "int_event_snapshots", "int_quote_changes"):
            connection.rows(OF_GAMES_WITHOUT_CLOSES.format(relation=f"intermediate.{name}"))
    settle(settings)


def read_all(settings: Settings, *, seasons: int, repeats: int) -> SizeReport:
    """Every read, `repeats` times each."""
    clock = processor_clock(settings)
    with connect(settings) as connection, closing(connection.native.cursor()) as cursor:
        games = connection.rows(TYPICAL_GAME)
        if not games:
            raise UsageError("no game of the season has begun: give more --games")
        ((event,),) = games[len(games) // 2 : len(games) // 2 + 1]
        reads = {}
        for number, (name, (mart, condition)) in enumerate(READS.items()):
            where = condition.format(event=event, sport=SPORT_KEY)
            cursor.execute(f"prepare read_{number} as select * from marts.{mart} where {where}")
            began = clock()
            rows, seconds = _repeated(cursor, f"execute read_{number}", repeats=repeats)
            reads[name] = PointRead(
                rows=rows,
                p50=median(seconds),
                p95=quantiles(seconds, n=20)[P95],
                processor=(clock() - began) / (repeats + WARM_UPS),
            )
        ((changes,),) = connection.rows("select count(*) from intermediate.int_quote_changes")
    return SizeReport(seasons=seasons, changes=changes, reads=reads)


def _repeated(cursor: Any, sql: str, *, repeats: int) -> tuple[int, list[float]]:
    seconds = []
    for _ in range(repeats + WARM_UPS):
        began = time.perf_counter()
        cursor.execute(sql)
        rows = cursor.fetchall()
        seconds.append(time.perf_counter() - began)
    return len(rows), seconds[WARM_UPS:]
