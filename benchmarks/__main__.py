"""`python -m benchmarks …`: prints ratios measured in one run."""

import signal
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

from benchmarks.backtests import measure_backtests
from benchmarks.bulk import measure_bulk
from benchmarks.incremental import measure_incremental
from benchmarks.landing_speed import measure_landing
from benchmarks.point_reads import measure_point_reads
from benchmarks.recordings import a_recording
from benchmarks.season_of_calls import measure_policies, schedule_of
from benchmarks.storage import measure_storage
from benchmarks.tables import (
    Page,
    backtests_page,
    bulk_page,
    incremental_page,
    landing_page,
    planner_page,
    point_reads_page,
    storage_page,
)
from ingestion.errors import OddsError
from ingestion.settings import Target

# NBA 2023-24
FIRST_DAY = datetime(2023, 9, 1)  # noqa: DTZ001 - read as UTC below
LAST_DAY = datetime(2024, 8, 1)  # noqa: DTZ001

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
TargetOption = Annotated[Target, typer.Option(help="Which warehouse.")]
RunsOption = Annotated[int, typer.Option(min=1, help="How often; medians are shown.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
RecordingArgument = Annotated[
    Path | None,
    typer.Argument(
        exists=True,
        dir_okay=False,
        help="Default: the NFL recording in ../shared, else a simulated season.",
        show_default=False,
    ),
]


@app.command()
def bulk(
    recording: RecordingArgument = None,
    target: TargetOption = "duckdb",
    runs: RunsOption = 3,
    has_tests: Annotated[bool, typer.Option("--tests", help="Time the data tests too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Replay and build a recording, against direct SQL over the same rows."""
    with a_recording(recording) as path:
        report = measure_bulk(path, target=target, runs=runs, has_tests=has_tests)
    _print("bulk", report, bulk_page(report), as_json=as_json)


@app.command()
def incremental(
    target: TargetOption = "duckdb",
    seasons: Annotated[int, typer.Option(min=2, help="How many seasons count as many.")] = 20,
    games: Annotated[int, typer.Option(min=1, help="Games of a simulated season.")] = 200,
    cycles: Annotated[int, typer.Option(min=1, help="Responses timed in each warehouse.")] = 15,
    as_json: JsonOption = False,
) -> None:
    """Land and model one more response, with one season behind it and with many."""
    report = measure_incremental(target=target, seasons=seasons, games=games, cycles=cycles)
    _print("incremental", report, incremental_page(report), as_json=as_json)


@app.command()
def storage(
    recordings: Annotated[
        list[Path] | None,
        typer.Argument(
            exists=True, dir_okay=False, help="Default as for bulk.", show_default=False
        ),
    ] = None,
    target: TargetOption = "duckdb",
    as_json: JsonOption = False,
) -> None:
    """Share and bytes of the change log, and that it gives every quote back."""
    if recordings:
        reports = measure_storage(recordings, target=target)
    else:
        with a_recording(None) as path:
            reports = measure_storage([path], target=target)
    _print("storage", reports, storage_page(reports), as_json=as_json)


@app.command()
def landing(
    recording: RecordingArgument = None,
    target: TargetOption = "duckdb",
    runs: RunsOption = 3,
    as_json: JsonOption = False,
) -> None:
    """Responses and megabytes a second, and a warm landing of one response."""
    with a_recording(recording) as path:
        report = measure_landing(path, target=target, runs=runs)
    _print("landing", report, landing_page(report), as_json=as_json)


@app.command()
def planner(
    schedule: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A table of scores with its starts.")
    ],
    since: Annotated[datetime, typer.Option(help="Starts from this day on.")] = FIRST_DAY,
    until: Annotated[datetime, typer.Option(help="Starts before this day.")] = LAST_DAY,
    as_json: JsonOption = False,
) -> None:
    """Calls, credits, promises and closes of a season by policy, on virtual time."""
    games = schedule_of(schedule, since=since.replace(tzinfo=UTC), until=until.replace(tzinfo=UTC))
    report = measure_policies(games)
    _print("planner", report, planner_page(report), as_json=as_json)


@app.command()
def backtests(  # noqa: PLR0917 - its options
    seasons: Annotated[
        list[int] | None,
        typer.Option(min=1, help="How many seasons; more than one number shows the growth."),
    ] = None,
    games: Annotated[int, typer.Option(min=1, help="Games of a simulated season.")] = 1230,
    target: TargetOption = "duckdb",
    runs: RunsOption = 3,
    peer: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="The python of an environment that has penaltyblog, to measure it too.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Bet through seasons, against a query an event, a peer, and 10,000 seasons of luck."""
    report = measure_backtests(
        target=target, seasons=seasons or [1, 20], games=games, runs=runs, peer=peer
    )
    _print("backtests", report, backtests_page(report), as_json=as_json)


@app.command()
def reads(
    seasons: Annotated[
        list[int] | None,
        typer.Option(min=1, help="How many seasons; more than one number shows the growth."),
    ] = None,
    games: Annotated[int, typer.Option(min=20, help="Games of a simulated season.")] = 200,
    target: TargetOption = "duckdb",
    repeats: Annotated[int, typer.Option(min=2, help="How often each read is timed.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Read one game and one board from the marts, with one season behind them and with many."""
    report = measure_point_reads(
        target=target, seasons=seasons or [1, 20], games=games, repeats=repeats
    )
    _print("reads", report, point_reads_page(report), as_json=as_json)


def _print(command: str, report: Any, page: Page, *, as_json: bool) -> None:
    if as_json:
        data = list(map(_plain, report)) if isinstance(report, list) else _plain(report)
        sys.stdout.write(orjson.dumps({"command": command, "data": data}).decode() + "\n")
        return
    console = Console(highlight=False)
    for part in page:
        console.print(part)


def _plain(report: Any) -> dict[str, Any]:
    """The fields of a report and what it works out from them."""
    kind = type(report)
    derived = [name for name in vars(kind) if isinstance(getattr(kind, name), property)]
    return asdict(report) | {name: getattr(report, name) for name in derived}


if __name__ == "__main__":
    # killed, it stops the server it has started all the same
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("benchmarks: stopped"))
    try:
        app()
    except OddsError as error:
        sys.exit(f"benchmarks: {error}")
