"""Seasons of history behind a warehouse, for measuring what one more response costs."""

# ruff: noqa: S608 - the statements are made of constants of ours

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from ingestion.errors import UsageError
from ingestion.landing import Landing
from ingestion.recordings import BadLineError, LineCounts, read_recording
from ingestion.responses import ApiResponse
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from simulator.options import SeasonOptions
from simulator.recording import write_recording
from simulator.season import Season

LATEST_YEAR = 2024
CURRENT_SHARE = 0.6
LOAD_ID_OF_CAPTURE = {
    "duckdb": "printf('%.6f', epoch(captured_at))",
    "postgres": "to_char(extract(epoch from captured_at), 'FM9999999990.000000')",
}


@dataclass(frozen=True)
class Seasons:
    """Simulated seasons, oldest first, and the current one: what is past of it, what is to come."""

    past: Sequence[Path]
    current: Sequence[ApiResponse]
    coming: Sequence[ApiResponse]


def simulated_seasons(folder: Path, *, count: int, games: int, coming: int) -> Seasons:
    """Write `count` seasons, a year apart and each of another seed, and one that is under way."""
    paths = []
    for number in range(count + 1):
        path = folder / f"season_{number}.jsonl.zst"
        options = SeasonOptions(
            seed=number + 1,
            games=games,
            first_day=date(LATEST_YEAR - count + number, 10, 21),
        )
        write_recording(Season(options), path, has_scores=False)
        paths.append(path)
    current = list(responses_of(paths.pop()))
    now = min(int(len(current) * CURRENT_SHARE), len(current) - coming)
    if now < 1:
        raise UsageError(f"--games {games}: only {len(current)} calls in a season, give more")
    return Seasons(past=paths, current=current[:now], coming=current[now : now + coming])


def responses_of(recording: Path) -> Iterator[ApiResponse]:
    """The exchanges of a recording, in its order."""

    def on_bad_line(error: BadLineError) -> None:
        raise error

    return read_recording(recording, counts=LineCounts(), on_bad_line=on_bad_line)


def build_history(settings: Settings, seasons: Seasons, *, past: int) -> None:
    """Land and model the last `past` seasons and the current one, a load and a build a season."""
    transformation = Transformation(settings)
    landing = Landing(settings, now=wall_clock)
    for number, path in enumerate(seasons.past[len(seasons.past) - past :]):
        landing.land(responses_of(path))
        if number == 0:
            transformation.build_models()
        else:
            transformation.build_hot()
    landing.land(seasons.current)
    transformation.build_hot(as_of=seasons.current[-1].captured_at)


def split_loads(settings: Settings) -> None:
    """Make every response the only one of its load, as if each had been landed when it came.

    Only what the models can tell: the load ids of raw and of the ledger, and the list of loads. How
    the engine lays out rows that came one by one is not imitated.
    """
    load_id = LOAD_ID_OF_CAPTURE[settings.odds_target]
    with connect(settings) as connection:
        connection.rows(
            f"""
            insert into raw._dlt_loads (load_id, schema_name, status, inserted_at)
            select responses.load_id, loads.schema_name, 0, responses.captured_at
            from (select distinct {load_id} as load_id, captured_at from raw.api_responses)
                as responses
            cross join (select max(schema_name) as schema_name from raw._dlt_loads) as loads
            """
        )
        connection.rows(f"update raw.api_responses set _dlt_load_id = {load_id}")
        connection.rows(f"update intermediate.int_processed_responses set load_id = {load_id}")


def settle(settings: Settings) -> None:
    """Do now what the engine would have done long ago: write the log out, or gather statistics."""
    with connect(settings) as connection:
        connection.rows("checkpoint" if settings.odds_target == "duckdb" else "vacuum analyze")


def wall_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(tz=UTC)
