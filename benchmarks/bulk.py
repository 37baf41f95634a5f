"""Replay and build a recording end to end, against direct SQL over the same rows."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from benchmarks.recordings import last_moment
from benchmarks.warehouses import Server, empty_warehouse, environment, server_for
from ingestion.settings import Target

GOAL_FACTOR = 2.0
GOAL_SECONDS = 3.0
GOAL_EVERY_MART = 3.0
COMPARED = ("responses", "quotes", "changes", "closes", "best_prices")
Measured = dict[str, Any]


@dataclass(frozen=True)
class BulkReport:
    """Medians of several runs: each run has both sides, one after the other.

    `ours` and `baseline` hold `wall` and `processor` seconds by step, `memory_mb` and `rows`; ours
    also `nodes` (seconds of each model) and `statements` (those of them that the engine took), and
    `other_marts_seconds`, for the marts that the baseline does not make.
    """

    target: Target
    recording: str
    runs: int
    ours: Measured
    baseline: Measured

    @property
    def ours_seconds(self) -> float:
        """All steps of ours."""
        return float(sum(self.ours["wall"].values()))

    @property
    def baseline_seconds(self) -> float:
        """All steps of the baseline."""
        return float(sum(self.baseline["wall"].values()))

    @property
    def ratio(self) -> float:
        """How many times as long ours takes."""
        return self.ours_seconds / self.baseline_seconds

    @property
    def processor_ratio(self) -> float:
        """The same of processor seconds, which a busy machine stretches less."""
        ours, baseline = self.ours["processor"], self.baseline["processor"]
        return float(sum(ours.values()) / sum(baseline.values()))

    @property
    def goal_seconds(self) -> float:
        """What ours may take."""
        return GOAL_FACTOR * self.baseline_seconds + GOAL_SECONDS

    @property
    def is_goal_met(self) -> bool:
        """Whether ours is within the goal."""
        return self.ours_seconds <= self.goal_seconds

    @property
    def every_mart_ratio(self) -> float:
        """How many times as long as these models a build of every mart takes."""
        build = float(self.ours["wall"]["build"])
        return (build + float(self.ours["other_marts_seconds"])) / build

    @property
    def differing_rows(self) -> dict[str, tuple[int, int]]:
        """The counts, ours and the baseline's, that should be equal and are not."""
        ours, baseline = self.ours["rows"], self.baseline["rows"]
        return {
            name: (ours[name], baseline[name]) for name in COMPARED if ours[name] != baseline[name]
        }


def measure_bulk(recording: Path, *, target: Target, runs: int, has_tests: bool) -> BulkReport:
    """Run both sides in turn, each in a fresh warehouse and a process of its own.

    The data tests, where wanted, run once, after the first build.
    """
    as_of = last_moment(recording)
    measured: dict[str, list[Measured]] = {"ours": [], "baseline": []}
    with server_for(target) as server:
        for number in range(runs):
            ours = "ours_with_tests" if has_tests and number == 0 else "ours"
            measured["ours"].append(_run_side(ours, recording, server=server, as_of=as_of))
            measured["baseline"].append(
                _run_side("baseline", recording, server=server, as_of=as_of)
            )
    return BulkReport(
        target=target,
        recording=recording.name,
        runs=runs,
        ours=_medians(measured["ours"]),
        baseline=_medians(measured["baseline"]),
    )


def _run_side(side: str, recording: Path, *, server: Server, as_of: str) -> Measured:
    with empty_warehouse(server) as settings:
        report = settings.odds_data_dir / "report.json"
        subprocess.run(
            [
                *(sys.executable, "-m", "benchmarks.side"),
                *(side, str(recording.resolve()), as_of, str(report)),
            ],
            env=environment(settings),
            cwd=settings.odds_data_dir,
            check=True,
        )
        measured: Measured = orjson.loads(report.read_bytes())
        return measured


def _medians(runs: list[Any]) -> Any:
    """One tree of numbers out of several trees of the same shape."""
    first = runs[0]
    if isinstance(first, dict):
        return {name: _medians([run.get(name, 0.0) for run in runs]) for name in first}
    known = [run for run in runs if run is not None]
    return median(known) if known else None
