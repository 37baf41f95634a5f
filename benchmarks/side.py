"""One side of the bulk benchmark, in a process of its own: `python -m benchmarks.side`."""

import functools
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from benchmarks.stopwatch import Stopwatch, peak_memory_mb, processor_clock
from ingestion.errors import OddsError
from ingestion.settings import Settings, load_settings
from ingestion.warehouse import connect

READ_BEST_PRICES = "select * from marts.fct_best_prices"
WITHOUT_TESTS = ("--exclude-resource-type", "test", "unit_test")
# what the baseline makes too: the other marts are built on it, and timed apart
FOUNDATION = [f"+path:dbt_project/models/marts/{folder}" for folder in ("odds", "events", "ops")]
COUNTS = {
    "responses": "select count(*) from intermediate.int_processed_responses where is_quoting",
    "quotes": "select count(*) from intermediate.int_odds_parsed where bookmaker_key is not null",
    "changes": "select count(*) from marts.fct_odds_changes",
    "closes": "select count(*) from marts.fct_closing_lines where missing_reason is null",
    "best_prices": "select count(*) from marts.fct_best_prices",
}


def run_ours(
    recording: Path, settings: Settings, *, as_of: str, has_tests: bool = False
) -> dict[str, Any]:
    """Replay and build in an empty warehouse; the tests, if any, are timed apart."""
    started = time.perf_counter()
    # the imports are part of the start-up, so they happen here
    from benchmarks.dbt_times import timed_dbt  # noqa: PLC0415
    from ingestion.pipelines import replay  # noqa: PLC0415
    from scheduler.transformation import Transformation  # noqa: PLC0415

    moment = datetime.fromisoformat(as_of)
    clock = processor_clock(settings)
    watch, apart = Stopwatch(clock), Stopwatch(clock)
    transformation = Transformation(settings)
    with timed_dbt() as times:
        transformation.invoke("list", "--select", "tag:hot")
        startup = time.perf_counter() - started
        times.clear()
        with watch.step("replay"):
            replay([recording], settings, skip_bad=False, now=lambda: datetime.now(tz=UTC))
        with watch.step("build"):
            transformation.invoke("build", *WITHOUT_TESTS, "--select", *FOUNDATION, as_of=moment)
        nodes, statements = dict(times.nodes), dict(times.statements)
        with watch.step("read best prices"), connect(settings) as connection:
            connection.rows(READ_BEST_PRICES)
        # before the tests, which are no part of the comparison
        memory = peak_memory_mb()
        with apart.step("other marts"):
            transformation.invoke("build", *WITHOUT_TESTS, "--exclude", *FOUNDATION, as_of=moment)
        if has_tests:
            # a test that fails is for the project's own tests to report
            with apart.step("tests"), suppress(OddsError):
                transformation.invoke("test", "--exclude-resource-type", "unit_test", as_of=moment)
    with connect(settings) as connection:
        counts = {name: connection.rows(sql)[0][0] for name, sql in COUNTS.items()}
    return {
        "wall": watch.wall,
        "processor": watch.processor,
        "memory_mb": memory,
        "rows": counts,
        "nodes": nodes,
        "statements": statements,
        "startup_seconds": startup,
        "other_marts_seconds": apart.wall["other marts"],
        "tests_seconds": apart.wall.get("tests"),
    }


def run_baseline(recording: Path, settings: Settings, *, as_of: str) -> dict[str, Any]:
    """The same rows by direct SQL."""
    from benchmarks.baseline import duckdb_side, postgres_side  # noqa: PLC0415

    watch = Stopwatch(processor_clock(settings))
    if settings.odds_target == "duckdb":
        rows = duckdb_side.run(recording, folder=settings.odds_data_dir, as_of=as_of, watch=watch)
    else:
        rows = postgres_side.run(recording, settings=settings, as_of=as_of, watch=watch)
    return {
        "wall": watch.wall,
        "processor": watch.processor,
        "memory_mb": peak_memory_mb(),
        "rows": rows,
    }


SIDES: dict[str, Callable[..., dict[str, Any]]] = {
    "ours": run_ours,
    "ours_with_tests": functools.partial(run_ours, has_tests=True),
    "baseline": run_baseline,
}


def main() -> None:
    """Run the side named first on the recording named second; the report goes to a file."""
    side, recording, as_of, report = sys.argv[1:]
    result = SIDES[side](Path(recording), load_settings(), as_of=as_of)
    Path(report).write_bytes(orjson.dumps(result))


if __name__ == "__main__":
    main()
